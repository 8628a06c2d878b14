# The benchmark of the store needs the store: make build/bench/store_fill
$(BUILD)/bench/store_fill: $(BUILD)/obj/tests/bench/store_fill.o $(call lib,store base)
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $$(pkg-config --libs $(PKGS)) $(LDLIBS)
