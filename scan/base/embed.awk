# Turns a text file into a C source with one string constant and its length:
#   awk -f embed.awk -v name=queries/trend.sql queries/trend.sql
# gives `const char embed_queries_trend_sql[]` and `const size_t embed_queries_trend_sql_len`.
BEGIN {
	symbol = "embed_" name
	gsub(/[^A-Za-z0-9_]/, "_", symbol)
	print "#include <stddef.h>"
	printf "extern const char %s[];\nextern const size_t %s_len;\n", symbol, symbol
	printf "const char %s[] =\n", symbol
}
{
	gsub(/\\/, "&&")
	gsub(/"/, "\\\"")
	gsub(/\t/, "\\t")
	gsub(/\?/, "\\?")
	printf "\"%s\\n\"\n", $0
}
END {
	printf "\"\";\nconst size_t %s_len = sizeof(%s) - 1;\n", symbol, symbol
}
