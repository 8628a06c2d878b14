'plain'; "dou\"ble"; '''tri
ple'''; ""
r'raw\n\''; R"\""; b'by\x00te\xff'; rb'\d'; u'uni'
'\x41\u00e9\U0001F600\101\n\t\\\q\
joined'
'adj' "acent" r'\raw'
b'a' b'b'
f'a{b}c{{d}}{e!r:>{w}.{p}}' 'tail{}'
f"{x = }" f"{x!s}{y:}"
rf"\d{x}\'"
f"{await g(x)}" f"{lambda_}" "" f""
f"{a, b}" f"{*c, d}" f"{x:=5}" f"{(y := 1)}"
"é" 'ü'.upper()
"\N{BULLET}"
