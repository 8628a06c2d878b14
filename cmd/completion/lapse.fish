# Completion of lapse for fish: the program itself knows what may come next.
# Installed as share/fish/vendor_completions.d/lapse.fish, or in ~/.config/fish/completions.

function __lapse_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l front (string match -r -- '^--[^=]*=' $typed)
    set -q front[1]; or set front ''
    set -l value (string replace -r -- '^--[^=]*=' '' $typed)
    for line in ($words[1] completion --next -- $words[2..-1] $typed 2>/dev/null)
        switch $line
            case :files
                printf '%s\n' $front(__fish_complete_path $value)
            case :folders
                printf '%s\n' $front(__fish_complete_directories $value)
            case '*'
                printf '%s\n' $line
        end
    end
end

complete -c lapse -f -a '(__lapse_complete)'
