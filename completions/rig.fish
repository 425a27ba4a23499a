# fish completion for rig. To use it in every new shell:
#   mkdir -p ~/.config/fish/completions
#   rig autocomplete fish > ~/.config/fish/completions/rig.fish

function __rig_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l lines ($before[1] __complete fish $before[2..-1] "$current" 2>/dev/null)
    # The first line says what to do besides; the others are words with their summaries.
    test (count $lines) -gt 1; and printf '%s\n' $lines[2..-1]
    switch "$lines[1]"
        case files
            __fish_complete_path $current
        case folders
            __fish_complete_directories $current
    end
end

complete --command rig --no-files --keep-order --arguments '(__rig_complete)'
