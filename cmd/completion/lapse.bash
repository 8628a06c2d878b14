# Completion of lapse for bash: the program itself knows what may come next.
# Installed as share/bash-completion/completions/lapse, or: source <(lapse completion bash)

# The words up to the cursor, into _lapse_words. Bash splits words at = and : as well; what stands
# together on the line is put together again.
_lapse_split() {
	local rest=${COMP_LINE:0:COMP_POINT} blanks word i
	_lapse_words=()
	for ((i = 0; i <= COMP_CWORD; i++)); do
		blanks=${rest%%[![:space:]]*}
		rest=${rest#"$blanks"}
		word=${COMP_WORDS[i]}
		[[ $i -lt $COMP_CWORD ]] || word=$rest
		if [[ $i -eq 0 || -n $blanks ]]; then
			_lapse_words+=("$word")
		else
			_lapse_words[${#_lapse_words[@]} - 1]+=$word
		fi
		rest=${rest#"$word"}
	done
}

_lapse() {
	local _lapse_words word about typed keep i
	_lapse_split
	for ((i = 0; i < ${#_lapse_words[@]}; i++)); do
		_lapse_words[i]=${_lapse_words[i]//[\'\"\\]/} # as the program would get it
	done
	typed=${_lapse_words[${#_lapse_words[@]} - 1]}
	keep=${typed%"${typed##*[=:]}"} # bash replaces only what follows
	COMPREPLY=()
	while IFS=$'\t' read -r word about; do
		case $word in
		:files) compopt -o bashdefault -o default 2>/dev/null ;;
		:folders) compopt -o dirnames 2>/dev/null ;;
		"$typed"*) COMPREPLY+=("$(printf %q "${word#"$keep"}")") ;;
		esac
	done < <("${_lapse_words[0]/#\~/$HOME}" completion --next -- "${_lapse_words[@]:1}" 2>/dev/null)
}

complete -F _lapse lapse
