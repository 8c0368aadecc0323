# Completion of mesh for bash: mesh itself is asked what a word may become.
_mesh() {
    # Bash takes a word with = or : for several: here it is one again, and what is added is what follows the last of them.
    local words=() cword=0 at joined=false before=
    for ((at = 0; at < ${#COMP_WORDS[@]}; at++)); do
        local word=${COMP_WORDS[at]}
        if ((at > 1)) && { $joined || [[ $word == [=:] ]]; }; then
            ((at == COMP_CWORD)) && { before=${words[-1]}; [[ $word == [=:] ]] && before+=$word; }
            words[-1]+=$word
        else
            words+=("$word")
        fi
        ((at == COMP_CWORD)) && cword=$((${#words[@]} - 1))
        [[ $word == [=:] ]] && joined=true || joined=false
    done
    local IFS=$'\n' found
    mapfile -t found < <(_CLAP_COMPLETE_INDEX=$cword MESH_COMPLETE=bash mesh -- "${words[@]}" 2> /dev/null)
    COMPREPLY=("${found[@]#"$before"}")
    # Nothing is put behind what goes on.
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} != *[=/:.] ]] || compopt -o nospace 2> /dev/null
}
complete -o bashdefault -o default -F _mesh mesh
