# The AST dump tool, for developers and tests/py/compare_ast.py.
$(BUILD)/tests/py_dump: $(BUILD)/obj/tests/py/dump.o $(call lib,py base)
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(BUILD)/tests/parse_bench: $(BUILD)/obj/tests/bench/parse_bench.o $(call lib,py base)
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
