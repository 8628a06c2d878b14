# Benchmarks: make build/bench/NAME
$(BUILD)/bench/%: $(BUILD)/obj/tests/bench/%.o $(call lib,scan rules py base)
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $$(pkg-config --libs $(PKGS)) $(LDLIBS)
