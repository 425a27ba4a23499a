#compdef rig
# zsh completion for rig. To use it in every new shell, put it in a folder of $fpath:
#   mkdir -p ~/.zsh/completions
#   rig autocomplete zsh > ~/.zsh/completions/_rig
# and have these lines in ~/.zshrc:
#   fpath=(~/.zsh/completions $fpath)
#   autoload -Uz compinit && compinit

_rig() {
  local -a lines described
  lines=("${(@f)$("${(Q)words[1]}" __complete zsh "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
  described=("${(@)lines[2,-1]}")
  # A line is a word and its summary with a colon between; colons of the word itself have a backslash.
  ((${#described} > 0)) && _describe -V rig described
  case $lines[1] in
    files) _files ;;
    folders) _files -/ ;;
  esac
}

if [ "$funcstack[1]" = _rig ]; then
  _rig "$@"
elif (($+functions[compdef])); then
  compdef _rig rig
fi
