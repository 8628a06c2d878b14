f"{d["key"]}" f"{f"{x}"}"
f"{f'{nested["key"]}'}" f'''{
multi + line
}'''
f"{x:{y:{z}}}"
