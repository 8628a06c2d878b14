#compdef lapse
# Completion of lapse for zsh: the program itself knows what may come next.
# Installed as _lapse in share/zsh/site-functions; any folder of $fpath will do.

_lapse() {
	local line word ask=
	local -a plain shown
	while IFS= read -r line; do
		word=${line%%$'\t'*}
		case $line in
		:files) ask=-f ;;
		:folders) ask=-/ ;;
		*$'\t'*)
			plain+=("$word")
			shown+=("$word  -- ${line#*$'\t'}")
			;;
		*)
			plain+=("$word")
			shown+=("$word")
			;;
		esac
	done < <(_call_program lapse "${(q)words[1]}" completion --next -- \
		"${(@q)${(@Q)words[2,CURRENT-1]}}" "${(q)${(Q)PREFIX}}")
	if [[ -n $ask ]]; then
		[[ $PREFIX == -* ]] && compset -P '*='
		_files $ask
	else
		compadd -l -d shown -a plain
	fi
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
	_lapse "$@"
else
	compdef _lapse lapse
fi
