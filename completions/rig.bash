# bash completion for rig. To use it in every new shell:
#   mkdir -p ~/.local/share/bash-completion/completions
#   rig autocomplete bash > ~/.local/share/bash-completion/completions/rig
# Without the package bash-completion, add to ~/.bashrc: source <(rig autocomplete bash)

_rig_complete() {
  local -a lines
  COMPREPLY=()
  mapfile -t lines < <("$1" __complete bash "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
  ((${#lines[@]} > 0)) || return 0
  # The first line says what to do besides; the others are words.
  COMPREPLY=("${lines[@]:1}")
  case ${lines[0]} in
    files) compopt -o default ;;
    folders) compopt -o dirnames ;;
  esac
}
complete -o nosort -F _rig_complete rig
