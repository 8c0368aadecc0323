# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_mesh_global_optspecs
    string join \n c/kubeconfig= context= expect-context= n/namespace= i/istio-namespace= as= as-group= timeout= y/yes q/quiet v/verbose color= h/help V/version
end

function __fish_mesh_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_mesh_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_mesh_using_subcommand
    set -l cmd (__fish_mesh_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c mesh -n "__fish_mesh_needs_command" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_needs_command" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_needs_command" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_needs_command" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_needs_command" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_needs_command" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_needs_command" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_needs_command" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_needs_command" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_needs_command" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_needs_command" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_needs_command" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_needs_command" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_needs_command" -s V -l version -d 'Print version'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "install" -d 'Install Istio, or change an installation, and wait until it works'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "apply" -d 'Install Istio, or change an installation, and wait until it works'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "upgrade" -d 'Change an installation, from its recorded inputs and the given ones'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "diff" -d 'Show how what is wanted differs from what is there; exit 1 if anything does'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "rollback" -d 'Go back to what was there before a change'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "history" -d 'List the changes of an installation'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "uninstall" -d 'Remove Istio, or one revision of it, and wait until it is gone'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "adopt" -d 'Take over what Helm installed, or hand it back, without restarting anything'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "revision" -d 'Show the revisions of Istio in a cluster, and who uses them'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "tag" -d 'Make, move, list and remove revision tags'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "multicluster" -d 'Make one mesh of several clusters'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "remote-clusters" -d 'List the other clusters that a control plane reads, and whether it has read them'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "inject" -d 'Put the proxy into workloads: of a file, or of a cluster\'s namespaces'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "kube-inject" -d 'Put the proxy into workloads: of a file, or of a cluster\'s namespaces'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "status" -d 'Show a mesh on one screen: components, webhooks, certificates, namespaces, proxies'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "check" -d 'Find what keeps Istio from being installed, and what is wrong with it'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "precheck" -d 'Find what keeps Istio from being installed, and what is wrong with it'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "label" -d 'Change labels as kubectl does, and say what that means for the mesh'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "restart" -d 'Restart workloads with care: those whose proxies are outdated'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "verify" -d 'Verify that what runs is what was asked for: objects, workloads, webhooks, proxies'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "verify-install" -d 'Verify that what runs is what was asked for: objects, workloads, webhooks, proxies'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "describe" -d 'Show a deployment, pod, service, namespace or gateway as kubectl does, and what the mesh makes of it'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "uninject" -d 'Take the proxy out of workloads of a file again, without a cluster'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "kube-uninject" -d 'Take the proxy out of workloads of a file again, without a cluster'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "manifest" -d 'Print the objects of an installation without a cluster'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "export" -d 'Write the same installation for Helm, with upstream\'s charts'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "migrate" -d 'Rewrite an IstioOperator file of an earlier version for today\'s'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "images" -d 'List every image of an installation, those of injected pods included'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "bundle" -d 'Write all that an installation needs into one file, for where there is no network'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "rbac" -d 'Print the roles that a command needs, and no more'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "profile" -d 'Show the profiles and what they set'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "values" -d 'Show what a value is and who sets it'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "release" -d 'Fetch, list and remove the manifests of other releases of Istio, for --version'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "version" -d 'Print the versions of the client, the control plane and the proxies'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "schema" -d 'List the documents that -o json writes, or print the JSON Schema of one'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "completion" -d 'Print a completion script for a shell'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand install" -s f -l filename -d 'IstioOperator file, or `-` for stdin (repeatable; later files win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand install" -s s -l set -d 'Set a value, such as profile=demo (repeatable; wins over files)' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -s d -l manifests -l charts -d 'Render Istio\'s own charts: folder of `charts` and `profiles`, release archive (.tar.gz), or bundle' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand install" -l version -d 'Render the charts of this release of Istio, fetched once, such as 1.31.4' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -l registry -d 'Take every image from this registry and folder, such as registry.example.com/istio' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -l image-pull-secret -d 'Pull images with this Secret: in every service account, and in injected pods' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -l size -d 'Lower what is requested, for small clusters; below what files and --set say: tiny' -r -f -a "tiny\t'For clusters on one machine'"
complete -c mesh -n "__fish_mesh_using_subcommand install" -l bundle -d 'Install from what `mesh bundle` made: by its manifests, once each image is in the registry as it is in the bundle, and each pull secret is there' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand install" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Checkmark lines'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand install" -l contexts-file -d 'File that lists clusters by their contexts, with labels and settings of each' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand install" -l context-selector -d 'Only clusters of that file with these labels, such as env=prod,region!=eu' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -l canary-context -d 'Change this cluster before the others (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -l max-unavailable -d 'Change so many clusters at a time; the next begin once these are well' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -l wave-pause -d 'Wait so long before the next clusters' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand install" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand install" -l force -d 'Go on after validation errors, showing them as warnings'
complete -c mesh -n "__fish_mesh_using_subcommand install" -l no-image-check -d 'Do not ask the registry: where nodes reach it, and this machine does not'
complete -c mesh -n "__fish_mesh_using_subcommand install" -l insecure-registry -d 'Ask the registry without TLS'
complete -c mesh -n "__fish_mesh_using_subcommand install" -l dry-run -d 'Show what would change, tried on the server, and write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand install" -l rollback-on-failure -d 'If it fails, show events, states and logs, then restore what was there before'
complete -c mesh -n "__fish_mesh_using_subcommand install" -l allow-version-skew -d 'Go over more than one minor version at once, or back to an older one'
complete -c mesh -n "__fish_mesh_using_subcommand install" -l keep-going -d 'Begin with other clusters also after one has failed'
complete -c mesh -n "__fish_mesh_using_subcommand install" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand install" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand install" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand install" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand apply" -s f -l filename -d 'IstioOperator file, or `-` for stdin (repeatable; later files win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand apply" -s s -l set -d 'Set a value, such as profile=demo (repeatable; wins over files)' -r
complete -c mesh -n "__fish_mesh_using_subcommand apply" -s d -l manifests -l charts -d 'Render Istio\'s own charts: folder of `charts` and `profiles`, release archive (.tar.gz), or bundle' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand apply" -l version -d 'Render the charts of this release of Istio, fetched once, such as 1.31.4' -r
complete -c mesh -n "__fish_mesh_using_subcommand apply" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand apply" -l registry -d 'Take every image from this registry and folder, such as registry.example.com/istio' -r
complete -c mesh -n "__fish_mesh_using_subcommand apply" -l image-pull-secret -d 'Pull images with this Secret: in every service account, and in injected pods' -r
complete -c mesh -n "__fish_mesh_using_subcommand apply" -l size -d 'Lower what is requested, for small clusters; below what files and --set say: tiny' -r -f -a "tiny\t'For clusters on one machine'"
complete -c mesh -n "__fish_mesh_using_subcommand apply" -l bundle -d 'Install from what `mesh bundle` made: by its manifests, once each image is in the registry as it is in the bundle, and each pull secret is there' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand apply" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Checkmark lines'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand apply" -l contexts-file -d 'File that lists clusters by their contexts, with labels and settings of each' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand apply" -l context-selector -d 'Only clusters of that file with these labels, such as env=prod,region!=eu' -r
complete -c mesh -n "__fish_mesh_using_subcommand apply" -l canary-context -d 'Change this cluster before the others (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand apply" -l max-unavailable -d 'Change so many clusters at a time; the next begin once these are well' -r
complete -c mesh -n "__fish_mesh_using_subcommand apply" -l wave-pause -d 'Wait so long before the next clusters' -r
complete -c mesh -n "__fish_mesh_using_subcommand apply" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand apply" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand apply" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand apply" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand apply" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand apply" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand apply" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand apply" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand apply" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand apply" -l force -d 'Go on after validation errors, showing them as warnings'
complete -c mesh -n "__fish_mesh_using_subcommand apply" -l no-image-check -d 'Do not ask the registry: where nodes reach it, and this machine does not'
complete -c mesh -n "__fish_mesh_using_subcommand apply" -l insecure-registry -d 'Ask the registry without TLS'
complete -c mesh -n "__fish_mesh_using_subcommand apply" -l dry-run -d 'Show what would change, tried on the server, and write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand apply" -l rollback-on-failure -d 'If it fails, show events, states and logs, then restore what was there before'
complete -c mesh -n "__fish_mesh_using_subcommand apply" -l allow-version-skew -d 'Go over more than one minor version at once, or back to an older one'
complete -c mesh -n "__fish_mesh_using_subcommand apply" -l keep-going -d 'Begin with other clusters also after one has failed'
complete -c mesh -n "__fish_mesh_using_subcommand apply" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand apply" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand apply" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand apply" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s f -l filename -d 'IstioOperator file, or `-` for stdin (repeatable; later files win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s s -l set -d 'Set a value, such as profile=demo (repeatable; wins over files)' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s d -l manifests -l charts -d 'Render Istio\'s own charts: folder of `charts` and `profiles`, release archive (.tar.gz), or bundle' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l version -d 'Render the charts of this release of Istio, fetched once, such as 1.31.4' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l registry -d 'Take every image from this registry and folder, such as registry.example.com/istio' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l image-pull-secret -d 'Pull images with this Secret: in every service account, and in injected pods' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l size -d 'Lower what is requested, for small clusters; below what files and --set say: tiny' -r -f -a "tiny\t'For clusters on one machine'"
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l bundle -d 'Install from what `mesh bundle` made: by its manifests, once each image is in the registry as it is in the bundle, and each pull secret is there' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l installation -d 'Name of the installation (metadata.name of its file, \'\' for one without), where the revision has several' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l namespaces -d 'Move only these namespaces, neither tags nor gateways' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l at-once -d 'Restart so many workloads of a namespace at once' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l pause -d 'Look at a namespace so long before the next one moves: what becomes unready or restarts stops it' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s o -l output -d 'Format of the result: text, json, html' -r -f -a "text\t'Lines for people'
json\t'One JSON document'
html\t'A page for a browser or a mail'"
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l contexts-file -d 'File that lists clusters by their contexts, with labels and settings of each' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l context-selector -d 'Only clusters of that file with these labels, such as env=prod,region!=eu' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l canary-context -d 'Change this cluster before the others (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l max-unavailable -d 'Change so many clusters at a time; the next begin once these are well' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l wave-pause -d 'Wait so long before the next clusters' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l force -d 'Go on after validation errors, showing them as warnings'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l no-image-check -d 'Do not ask the registry: where nodes reach it, and this machine does not'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l insecure-registry -d 'Ask the registry without TLS'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l reuse-values -d 'Use the recorded inputs again (the default)'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l reset-values -d 'Use only the given inputs, as install does'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l dry-run -d 'Show what would change, tried on the server, and write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l rollback-on-failure -d 'If it fails, show events, states and logs, then restore what was there before'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l allow-version-skew -d 'Go over more than one minor version at once, or back to an older one'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l canary -d 'Put the new revision beside the old one, and move namespaces, gateways and tags to it, one after the other'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l step -d 'Carry out one step, no more'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l status -d 'Show where the upgrade stands; write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l continue -d 'Go on with the upgrade that is under way'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l abort -d 'Move everything back, and remove the new revision'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l finish -d 'Remove the old revision, once nothing runs its proxies any more'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l keep-going -d 'Begin with other clusters also after one has failed'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand diff" -l gitops -d 'Compare with what `mesh export --gitops` wrote into this folder; makes no connection. Without inputs those of the folder count, with --version a release' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand diff" -s f -l filename -d 'IstioOperator file, or `-` for stdin (repeatable; later files win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand diff" -s s -l set -d 'Set a value, such as profile=demo (repeatable; wins over files)' -r
complete -c mesh -n "__fish_mesh_using_subcommand diff" -s d -l manifests -l charts -d 'Render Istio\'s own charts: folder of `charts` and `profiles`, release archive (.tar.gz), or bundle' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand diff" -l version -d 'Render the charts of this release of Istio, fetched once, such as 1.31.4' -r
complete -c mesh -n "__fish_mesh_using_subcommand diff" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand diff" -l registry -d 'Take every image from this registry and folder, such as registry.example.com/istio' -r
complete -c mesh -n "__fish_mesh_using_subcommand diff" -l image-pull-secret -d 'Pull images with this Secret: in every service account, and in injected pods' -r
complete -c mesh -n "__fish_mesh_using_subcommand diff" -l size -d 'Lower what is requested, for small clusters; below what files and --set say: tiny' -r -f -a "tiny\t'For clusters on one machine'"
complete -c mesh -n "__fish_mesh_using_subcommand diff" -s o -l output -d 'Format of the result: text, json, html' -r -f -a "text\t'Lines for people'
json\t'One JSON document'
html\t'A page for a browser or a mail'"
complete -c mesh -n "__fish_mesh_using_subcommand diff" -l contexts-file -d 'File that lists clusters by their contexts, with labels and settings of each' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand diff" -l context-selector -d 'Only clusters of that file with these labels, such as env=prod,region!=eu' -r
complete -c mesh -n "__fish_mesh_using_subcommand diff" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand diff" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand diff" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand diff" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand diff" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand diff" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand diff" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand diff" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand diff" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand diff" -l force -d 'Go on after validation errors, showing them as warnings'
complete -c mesh -n "__fish_mesh_using_subcommand diff" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand diff" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand diff" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand diff" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand rollback" -l to -d 'Record to go back to, as `mesh history` numbers them; else the one before the newest' -r
complete -c mesh -n "__fish_mesh_using_subcommand rollback" -s r -l revision -d 'Revision of the control plane; without it the default one, or the only one that is recorded' -r
complete -c mesh -n "__fish_mesh_using_subcommand rollback" -l installation -d 'Name of the installation (metadata.name of its file, \'\' for one without), where the revision has several' -r
complete -c mesh -n "__fish_mesh_using_subcommand rollback" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Checkmark lines'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand rollback" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand rollback" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand rollback" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand rollback" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand rollback" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand rollback" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand rollback" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand rollback" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand rollback" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand rollback" -l dry-run -d 'Show what would change, tried on the server, and write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand rollback" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand rollback" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand rollback" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand rollback" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand history" -s r -l revision -d 'Revision of the control plane; all without it' -r
complete -c mesh -n "__fish_mesh_using_subcommand history" -l installation -d 'Name of the installation (metadata.name of its file, \'\' for one without); all without it' -r
complete -c mesh -n "__fish_mesh_using_subcommand history" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand history" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand history" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand history" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand history" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand history" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand history" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand history" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand history" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand history" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand history" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand history" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand history" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand history" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -s r -l revision -d 'Revision to remove; without it and --purge, the only one there is' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l installation -d 'Name of the installation to remove (metadata.name of its file, \'\' for one without)' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -s f -l filename -d 'IstioOperator file that names the installation to remove, or `-` for stdin (repeatable)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -s s -l set -d 'The same by a value, such as revision=1-29-2 (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -s d -l manifests -l charts -d 'The profiles and charts that files and values are read by: folder, or release archive (.tar.gz)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l version -d 'The same of this release of Istio, fetched once, such as 1.31.4' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l backup -d 'Where --delete-crds writes what it deletes [default: ./mesh-backup-TIME.yaml]' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l contexts-file -d 'File that lists clusters by their contexts, with labels and settings of each' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l context-selector -d 'Only clusters of that file with these labels, such as env=prod,region!=eu' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l canary-context -d 'Change this cluster before the others (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l max-unavailable -d 'Change so many clusters at a time; the next begin once these are well' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l wave-pause -d 'Wait so long before the next clusters' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l purge -d 'Remove every revision, and what istiod has made'
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l force -d 'Remove the revision even though it is used'
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l delete-crds -d 'Delete Istio\'s CRDs and with them everything that users configured'
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l yes-delete-crds -d 'Do not ask for the number of objects that --delete-crds deletes'
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l dry-run -d 'Show what would be removed, and remove nothing'
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l keep-going -d 'Begin with other clusters also after one has failed'
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -s f -l filename -d 'IstioOperator file, or `-` for stdin (repeatable; later files win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -s s -l set -d 'Set a value, such as profile=demo (repeatable; wins over files)' -r
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -s d -l manifests -l charts -d 'Render Istio\'s own charts: folder of `charts` and `profiles`, release archive (.tar.gz), or bundle' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -l version -d 'Render the charts of this release of Istio, fetched once, such as 1.31.4' -r
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -l registry -d 'Take every image from this registry and folder, such as registry.example.com/istio' -r
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -l image-pull-secret -d 'Pull images with this Secret: in every service account, and in injected pods' -r
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -l size -d 'Lower what is requested, for small clusters; below what files and --set say: tiny' -r -f -a "tiny\t'For clusters on one machine'"
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -l force -d 'Go on after validation errors, showing them as warnings'
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -l release -d 'Hand what was adopted back to Helm'
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -l dry-run -d 'Show what would change hands, and write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand adopt" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand revision; and not __fish_seen_subcommand_from list help" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand revision; and not __fish_seen_subcommand_from list help" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand revision; and not __fish_seen_subcommand_from list help" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand revision; and not __fish_seen_subcommand_from list help" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand revision; and not __fish_seen_subcommand_from list help" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand revision; and not __fish_seen_subcommand_from list help" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand revision; and not __fish_seen_subcommand_from list help" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand revision; and not __fish_seen_subcommand_from list help" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand revision; and not __fish_seen_subcommand_from list help" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand revision; and not __fish_seen_subcommand_from list help" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand revision; and not __fish_seen_subcommand_from list help" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand revision; and not __fish_seen_subcommand_from list help" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand revision; and not __fish_seen_subcommand_from list help" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand revision; and not __fish_seen_subcommand_from list help" -f -a "list" -d 'List the revisions with their versions, tags, namespaces, proxies and gateways'
complete -c mesh -n "__fish_mesh_using_subcommand revision; and not __fish_seen_subcommand_from list help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand revision; and __fish_seen_subcommand_from list" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand revision; and __fish_seen_subcommand_from list" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand revision; and __fish_seen_subcommand_from list" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand revision; and __fish_seen_subcommand_from list" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand revision; and __fish_seen_subcommand_from list" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand revision; and __fish_seen_subcommand_from list" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand revision; and __fish_seen_subcommand_from list" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand revision; and __fish_seen_subcommand_from list" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand revision; and __fish_seen_subcommand_from list" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand revision; and __fish_seen_subcommand_from list" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand revision; and __fish_seen_subcommand_from list" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand revision; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand revision; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand revision; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand revision; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the revisions with their versions, tags, namespaces, proxies and gateways'
complete -c mesh -n "__fish_mesh_using_subcommand revision; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from set create generate list show remove delete help" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from set create generate list show remove delete help" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from set create generate list show remove delete help" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from set create generate list show remove delete help" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from set create generate list show remove delete help" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from set create generate list show remove delete help" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from set create generate list show remove delete help" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from set create generate list show remove delete help" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from set create generate list show remove delete help" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from set create generate list show remove delete help" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from set create generate list show remove delete help" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from set create generate list show remove delete help" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from set create generate list show remove delete help" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from set create generate list show remove delete help" -f -a "set" -d 'Make a tag, or let it lead to another revision'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from set create generate list show remove delete help" -f -a "create" -d 'Make a tag, or let it lead to another revision'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from set create generate list show remove delete help" -f -a "generate" -d 'Print the objects of a tag, without writing anything'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from set create generate list show remove delete help" -f -a "list" -d 'List the tags, with the revisions they lead to and the namespaces that use them'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from set create generate list show remove delete help" -f -a "show" -d 'List the tags, with the revisions they lead to and the namespaces that use them'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from set create generate list show remove delete help" -f -a "remove" -d 'Remove a tag that nobody uses'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from set create generate list show remove delete help" -f -a "delete" -d 'Remove a tag that nobody uses'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from set create generate list show remove delete help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -s r -l revision -d 'Revision the tag leads to' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -l webhook-name -d 'Another name for the tag\'s webhook configuration' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -s o -l output -d 'Format of the result: text, json, yaml' -r -f -a "text\t'A table; for objects YAML'
json\t'One JSON document'
yaml\t'The same document as YAML'"
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -l overwrite -d 'Let a tag that exists lead elsewhere'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -l auto-inject-namespaces -d 'Inject pods of namespaces that ask for nothing, too; for the tag `default`'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from create" -s r -l revision -d 'Revision the tag leads to' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from create" -l webhook-name -d 'Another name for the tag\'s webhook configuration' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from create" -s o -l output -d 'Format of the result: text, json, yaml' -r -f -a "text\t'A table; for objects YAML'
json\t'One JSON document'
yaml\t'The same document as YAML'"
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from create" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from create" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from create" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from create" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from create" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from create" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from create" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from create" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from create" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from create" -l overwrite -d 'Let a tag that exists lead elsewhere'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from create" -l auto-inject-namespaces -d 'Inject pods of namespaces that ask for nothing, too; for the tag `default`'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from create" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from create" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -s r -l revision -d 'Revision the tag leads to' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -l webhook-name -d 'Another name for the tag\'s webhook configuration' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -s o -l output -d 'Format of the result: text, json, yaml' -r -f -a "text\t'A table; for objects YAML'
json\t'One JSON document'
yaml\t'The same document as YAML'"
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -l overwrite -d 'Let a tag that exists lead elsewhere'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -l auto-inject-namespaces -d 'Inject pods of namespaces that ask for nothing, too; for the tag `default`'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -s o -l output -d 'Format of the result: text, json, yaml' -r -f -a "text\t'A table; for objects YAML'
json\t'One JSON document'
yaml\t'The same document as YAML'"
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from show" -s o -l output -d 'Format of the result: text, json, yaml' -r -f -a "text\t'A table; for objects YAML'
json\t'One JSON document'
yaml\t'The same document as YAML'"
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from show" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from show" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from show" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from show" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from show" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from show" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from show" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from show" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from show" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from show" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -l force -d 'Remove it even though it is used'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from delete" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from delete" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from delete" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from delete" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from delete" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from delete" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from delete" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from delete" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from delete" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from delete" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from delete" -l force -d 'Remove it even though it is used'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from delete" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from delete" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from help" -f -a "set" -d 'Make a tag, or let it lead to another revision'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from help" -f -a "generate" -d 'Print the objects of a tag, without writing anything'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the tags, with the revisions they lead to and the namespaces that use them'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Remove a tag that nobody uses'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and not __fish_seen_subcommand_from link help" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and not __fish_seen_subcommand_from link help" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and not __fish_seen_subcommand_from link help" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and not __fish_seen_subcommand_from link help" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and not __fish_seen_subcommand_from link help" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and not __fish_seen_subcommand_from link help" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and not __fish_seen_subcommand_from link help" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and not __fish_seen_subcommand_from link help" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and not __fish_seen_subcommand_from link help" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and not __fish_seen_subcommand_from link help" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and not __fish_seen_subcommand_from link help" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and not __fish_seen_subcommand_from link help" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and not __fish_seen_subcommand_from link help" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and not __fish_seen_subcommand_from link help" -f -a "link" -d 'Let the control plane of each of two clusters read the other'
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and not __fish_seen_subcommand_from link help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and __fish_seen_subcommand_from link" -l server -d 'Where others reach the API server of a cluster, where the kubeconfig does not say it (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and __fish_seen_subcommand_from link" -l name -d 'What the mesh calls a cluster, where that is not known (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and __fish_seen_subcommand_from link" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and __fish_seen_subcommand_from link" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and __fish_seen_subcommand_from link" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and __fish_seen_subcommand_from link" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and __fish_seen_subcommand_from link" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and __fish_seen_subcommand_from link" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and __fish_seen_subcommand_from link" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and __fish_seen_subcommand_from link" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and __fish_seen_subcommand_from link" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and __fish_seen_subcommand_from link" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and __fish_seen_subcommand_from link" -l one-way -d 'Let only the control plane of A read B'
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and __fish_seen_subcommand_from link" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and __fish_seen_subcommand_from link" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and __fish_seen_subcommand_from link" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and __fish_seen_subcommand_from link" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and __fish_seen_subcommand_from help" -f -a "link" -d 'Let the control plane of each of two clusters read the other'
complete -c mesh -n "__fish_mesh_using_subcommand multicluster; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand remote-clusters" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand remote-clusters" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand remote-clusters" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand remote-clusters" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand remote-clusters" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand remote-clusters" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand remote-clusters" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand remote-clusters" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand remote-clusters" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand remote-clusters" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand remote-clusters" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand remote-clusters" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand remote-clusters" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand remote-clusters" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s f -l filename -d 'File of workloads, or `-` for stdin' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s s -l set -d 'Set a value of the mesh, such as profile=demo (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l operator-file -d 'IstioOperator file of the mesh (repeatable; later files win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s d -l manifests -l charts -d 'Use the injection templates of Istio\'s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l version -d 'Use the injection templates of this release of Istio, fetched once, such as 1.31.4' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l inject-config-file -l injectConfigFile -d 'Injection configuration, or one template, in place of the built-in one' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l mesh-config-file -l meshConfigFile -d 'Mesh configuration in place of the one of the settings' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l values-file -l valuesFile -d 'Values of the injection configuration in place of those of the settings' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l native-sidecars -d 'Whether the proxy is a native sidecar; auto is as istiod\'s ENABLE_NATIVE_SIDECARS says, else as the nodes can with --from-cluster: auto, true, false' -r -f -a "auto\t'By the version of the nodes'
true\t'It is'
false\t'It is not'"
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s o -l output -d 'What to print: yaml, diff (what changes), or a file to write the YAML to, such as ./injected.yaml' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l from-cluster -d 'Inject as the mesh of the cluster does, by its ConfigMaps'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -f -a "namespace" -d 'Label namespaces for injection and restart what runs in them'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -f -a "ns" -d 'Label namespaces for injection and restart what runs in them'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -f -a "deployment" -d 'Have the pods of Deployments injected'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -f -a "deploy" -d 'Have the pods of Deployments injected'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -f -a "statefulset" -d 'Have the pods of StatefulSets injected'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -f -a "sts" -d 'Have the pods of StatefulSets injected'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -f -a "daemonset" -d 'Have the pods of DaemonSets injected'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -f -a "ds" -d 'Have the pods of DaemonSets injected'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from namespace" -s r -l revision -d 'Revision or tag that injects; without it the default one' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from namespace" -l at-once -d 'Restart so many workloads at once' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from namespace" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from namespace" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from namespace" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from namespace" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from namespace" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from namespace" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from namespace" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from namespace" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from namespace" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from namespace" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from namespace" -l ambient -d 'Into the mesh without sidecars'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from namespace" -l no-restart -d 'Label only; restart nothing'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from namespace" -l dry-run -d 'Show what would be done; write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from namespace" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from namespace" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from namespace" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from namespace" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ns" -s r -l revision -d 'Revision or tag that injects; without it the default one' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ns" -l at-once -d 'Restart so many workloads at once' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ns" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ns" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ns" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ns" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ns" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ns" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ns" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ns" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ns" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ns" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ns" -l ambient -d 'Into the mesh without sidecars'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ns" -l no-restart -d 'Label only; restart nothing'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ns" -l dry-run -d 'Show what would be done; write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ns" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ns" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ns" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ns" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deployment" -s r -l revision -d 'Revision or tag that injects; without it the one of the namespace' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deployment" -l at-once -d 'Restart so many workloads at once' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deployment" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deployment" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deployment" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deployment" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deployment" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deployment" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deployment" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deployment" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deployment" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deployment" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deployment" -l dry-run -d 'Show what would be done; write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deployment" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deployment" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deployment" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deployment" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deploy" -s r -l revision -d 'Revision or tag that injects; without it the one of the namespace' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deploy" -l at-once -d 'Restart so many workloads at once' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deploy" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deploy" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deploy" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deploy" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deploy" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deploy" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deploy" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deploy" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deploy" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deploy" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deploy" -l dry-run -d 'Show what would be done; write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deploy" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deploy" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deploy" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from deploy" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from statefulset" -s r -l revision -d 'Revision or tag that injects; without it the one of the namespace' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from statefulset" -l at-once -d 'Restart so many workloads at once' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from statefulset" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from statefulset" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from statefulset" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from statefulset" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from statefulset" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from statefulset" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from statefulset" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from statefulset" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from statefulset" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from statefulset" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from statefulset" -l dry-run -d 'Show what would be done; write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from statefulset" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from statefulset" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from statefulset" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from statefulset" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from sts" -s r -l revision -d 'Revision or tag that injects; without it the one of the namespace' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from sts" -l at-once -d 'Restart so many workloads at once' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from sts" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from sts" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from sts" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from sts" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from sts" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from sts" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from sts" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from sts" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from sts" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from sts" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from sts" -l dry-run -d 'Show what would be done; write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from sts" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from sts" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from sts" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from sts" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from daemonset" -s r -l revision -d 'Revision or tag that injects; without it the one of the namespace' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from daemonset" -l at-once -d 'Restart so many workloads at once' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from daemonset" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from daemonset" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from daemonset" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from daemonset" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from daemonset" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from daemonset" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from daemonset" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from daemonset" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from daemonset" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from daemonset" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from daemonset" -l dry-run -d 'Show what would be done; write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from daemonset" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from daemonset" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from daemonset" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from daemonset" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ds" -s r -l revision -d 'Revision or tag that injects; without it the one of the namespace' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ds" -l at-once -d 'Restart so many workloads at once' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ds" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ds" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ds" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ds" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ds" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ds" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ds" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ds" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ds" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ds" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ds" -l dry-run -d 'Show what would be done; write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ds" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ds" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ds" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from ds" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from help" -f -a "namespace" -d 'Label namespaces for injection and restart what runs in them'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from help" -f -a "deployment" -d 'Have the pods of Deployments injected'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from help" -f -a "statefulset" -d 'Have the pods of StatefulSets injected'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from help" -f -a "daemonset" -d 'Have the pods of DaemonSets injected'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s f -l filename -d 'File of workloads, or `-` for stdin' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s s -l set -d 'Set a value of the mesh, such as profile=demo (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l operator-file -d 'IstioOperator file of the mesh (repeatable; later files win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s d -l manifests -l charts -d 'Use the injection templates of Istio\'s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l version -d 'Use the injection templates of this release of Istio, fetched once, such as 1.31.4' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l inject-config-file -l injectConfigFile -d 'Injection configuration, or one template, in place of the built-in one' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l mesh-config-file -l meshConfigFile -d 'Mesh configuration in place of the one of the settings' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l values-file -l valuesFile -d 'Values of the injection configuration in place of those of the settings' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l native-sidecars -d 'Whether the proxy is a native sidecar; auto is as istiod\'s ENABLE_NATIVE_SIDECARS says, else as the nodes can with --from-cluster: auto, true, false' -r -f -a "auto\t'By the version of the nodes'
true\t'It is'
false\t'It is not'"
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s o -l output -d 'What to print: yaml, diff (what changes), or a file to write the YAML to, such as ./injected.yaml' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -l from-cluster -d 'Inject as the mesh of the cluster does, by its ConfigMaps'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -f -a "namespace" -d 'Label namespaces for injection and restart what runs in them'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -f -a "ns" -d 'Label namespaces for injection and restart what runs in them'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -f -a "deployment" -d 'Have the pods of Deployments injected'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -f -a "deploy" -d 'Have the pods of Deployments injected'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -f -a "statefulset" -d 'Have the pods of StatefulSets injected'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -f -a "sts" -d 'Have the pods of StatefulSets injected'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -f -a "daemonset" -d 'Have the pods of DaemonSets injected'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -f -a "ds" -d 'Have the pods of DaemonSets injected'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and not __fish_seen_subcommand_from namespace ns deployment deploy statefulset sts daemonset ds help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from namespace" -s r -l revision -d 'Revision or tag that injects; without it the default one' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from namespace" -l at-once -d 'Restart so many workloads at once' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from namespace" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from namespace" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from namespace" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from namespace" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from namespace" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from namespace" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from namespace" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from namespace" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from namespace" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from namespace" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from namespace" -l ambient -d 'Into the mesh without sidecars'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from namespace" -l no-restart -d 'Label only; restart nothing'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from namespace" -l dry-run -d 'Show what would be done; write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from namespace" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from namespace" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from namespace" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from namespace" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ns" -s r -l revision -d 'Revision or tag that injects; without it the default one' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ns" -l at-once -d 'Restart so many workloads at once' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ns" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ns" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ns" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ns" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ns" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ns" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ns" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ns" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ns" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ns" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ns" -l ambient -d 'Into the mesh without sidecars'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ns" -l no-restart -d 'Label only; restart nothing'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ns" -l dry-run -d 'Show what would be done; write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ns" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ns" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ns" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ns" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deployment" -s r -l revision -d 'Revision or tag that injects; without it the one of the namespace' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deployment" -l at-once -d 'Restart so many workloads at once' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deployment" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deployment" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deployment" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deployment" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deployment" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deployment" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deployment" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deployment" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deployment" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deployment" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deployment" -l dry-run -d 'Show what would be done; write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deployment" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deployment" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deployment" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deployment" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deploy" -s r -l revision -d 'Revision or tag that injects; without it the one of the namespace' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deploy" -l at-once -d 'Restart so many workloads at once' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deploy" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deploy" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deploy" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deploy" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deploy" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deploy" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deploy" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deploy" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deploy" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deploy" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deploy" -l dry-run -d 'Show what would be done; write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deploy" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deploy" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deploy" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from deploy" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from statefulset" -s r -l revision -d 'Revision or tag that injects; without it the one of the namespace' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from statefulset" -l at-once -d 'Restart so many workloads at once' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from statefulset" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from statefulset" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from statefulset" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from statefulset" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from statefulset" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from statefulset" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from statefulset" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from statefulset" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from statefulset" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from statefulset" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from statefulset" -l dry-run -d 'Show what would be done; write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from statefulset" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from statefulset" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from statefulset" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from statefulset" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from sts" -s r -l revision -d 'Revision or tag that injects; without it the one of the namespace' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from sts" -l at-once -d 'Restart so many workloads at once' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from sts" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from sts" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from sts" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from sts" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from sts" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from sts" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from sts" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from sts" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from sts" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from sts" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from sts" -l dry-run -d 'Show what would be done; write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from sts" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from sts" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from sts" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from sts" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from daemonset" -s r -l revision -d 'Revision or tag that injects; without it the one of the namespace' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from daemonset" -l at-once -d 'Restart so many workloads at once' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from daemonset" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from daemonset" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from daemonset" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from daemonset" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from daemonset" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from daemonset" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from daemonset" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from daemonset" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from daemonset" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from daemonset" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from daemonset" -l dry-run -d 'Show what would be done; write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from daemonset" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from daemonset" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from daemonset" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from daemonset" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ds" -s r -l revision -d 'Revision or tag that injects; without it the one of the namespace' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ds" -l at-once -d 'Restart so many workloads at once' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ds" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ds" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ds" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ds" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ds" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ds" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ds" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ds" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ds" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ds" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ds" -l dry-run -d 'Show what would be done; write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ds" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ds" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ds" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from ds" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from help" -f -a "namespace" -d 'Label namespaces for injection and restart what runs in them'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from help" -f -a "deployment" -d 'Have the pods of Deployments injected'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from help" -f -a "statefulset" -d 'Have the pods of StatefulSets injected'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from help" -f -a "daemonset" -d 'Have the pods of DaemonSets injected'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand status" -s o -l output -d 'Format of the result: text, json, html' -r -f -a "text\t'Lines for people'
json\t'One JSON document'
html\t'A page for a browser or a mail'"
complete -c mesh -n "__fish_mesh_using_subcommand status" -l contexts-file -d 'File that lists clusters by their contexts, with labels and settings of each' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand status" -l context-selector -d 'Only clusters of that file with these labels, such as env=prod,region!=eu' -r
complete -c mesh -n "__fish_mesh_using_subcommand status" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand status" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand status" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand status" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand status" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand status" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand status" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand status" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand status" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand status" -s w -l watch -d 'Look again every two seconds; -o json gives a line each time'
complete -c mesh -n "__fish_mesh_using_subcommand status" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand status" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand status" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand status" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand check" -s f -l filename -d 'IstioOperator file, or `-` for stdin (repeatable; later files win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand check" -s s -l set -d 'Set a value, such as profile=demo (repeatable; wins over files)' -r
complete -c mesh -n "__fish_mesh_using_subcommand check" -s d -l manifests -l charts -d 'Render Istio\'s own charts: folder of `charts` and `profiles`, release archive (.tar.gz), or bundle' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand check" -l version -d 'Render the charts of this release of Istio, fetched once, such as 1.31.4' -r
complete -c mesh -n "__fish_mesh_using_subcommand check" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand check" -l registry -d 'Take every image from this registry and folder, such as registry.example.com/istio' -r
complete -c mesh -n "__fish_mesh_using_subcommand check" -l image-pull-secret -d 'Pull images with this Secret: in every service account, and in injected pods' -r
complete -c mesh -n "__fish_mesh_using_subcommand check" -l size -d 'Lower what is requested, for small clusters; below what files and --set say: tiny' -r -f -a "tiny\t'For clusters on one machine'"
complete -c mesh -n "__fish_mesh_using_subcommand check" -l only -d 'Only these checks, by their ids' -r
complete -c mesh -n "__fish_mesh_using_subcommand check" -l skip -d 'All but these checks' -r
complete -c mesh -n "__fish_mesh_using_subcommand check" -s o -l output -d 'Format of the result: text, json, html' -r -f -a "text\t'Lines for people'
json\t'One JSON document'
html\t'A page for a browser or a mail'"
complete -c mesh -n "__fish_mesh_using_subcommand check" -l contexts-file -d 'File that lists clusters by their contexts, with labels and settings of each' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand check" -l context-selector -d 'Only clusters of that file with these labels, such as env=prod,region!=eu' -r
complete -c mesh -n "__fish_mesh_using_subcommand check" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand check" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand check" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand check" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand check" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand check" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand check" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand check" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand check" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand check" -l force -d 'Go on after validation errors, showing them as warnings'
complete -c mesh -n "__fish_mesh_using_subcommand check" -l fix -d 'Remove webhooks that refuse pods or configuration for a control plane that is gone, and nothing else'
complete -c mesh -n "__fish_mesh_using_subcommand check" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand check" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand check" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand check" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -s f -l filename -d 'IstioOperator file, or `-` for stdin (repeatable; later files win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -s s -l set -d 'Set a value, such as profile=demo (repeatable; wins over files)' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -s d -l manifests -l charts -d 'Render Istio\'s own charts: folder of `charts` and `profiles`, release archive (.tar.gz), or bundle' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l version -d 'Render the charts of this release of Istio, fetched once, such as 1.31.4' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l registry -d 'Take every image from this registry and folder, such as registry.example.com/istio' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l image-pull-secret -d 'Pull images with this Secret: in every service account, and in injected pods' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l size -d 'Lower what is requested, for small clusters; below what files and --set say: tiny' -r -f -a "tiny\t'For clusters on one machine'"
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l only -d 'Only these checks, by their ids' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l skip -d 'All but these checks' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -s o -l output -d 'Format of the result: text, json, html' -r -f -a "text\t'Lines for people'
json\t'One JSON document'
html\t'A page for a browser or a mail'"
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l contexts-file -d 'File that lists clusters by their contexts, with labels and settings of each' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l context-selector -d 'Only clusters of that file with these labels, such as env=prod,region!=eu' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l force -d 'Go on after validation errors, showing them as warnings'
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l fix -d 'Remove webhooks that refuse pods or configuration for a control plane that is gone, and nothing else'
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand label" -s l -l selector -d 'Objects with these labels, such as app=web' -r
complete -c mesh -n "__fish_mesh_using_subcommand label" -l dry-run -d 'Write nothing; server has the server check it: none, client, server' -r -f -a "none\t'No dry run'
client\t'Nobody'
server\t'The server'"
complete -c mesh -n "__fish_mesh_using_subcommand label" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand label" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand label" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand label" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand label" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand label" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand label" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand label" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand label" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand label" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand label" -l overwrite -d 'Replace labels that have another value'
complete -c mesh -n "__fish_mesh_using_subcommand label" -l all -d 'All objects of these types in the namespace'
complete -c mesh -n "__fish_mesh_using_subcommand label" -s A -l all-namespaces -d 'In every namespace'
complete -c mesh -n "__fish_mesh_using_subcommand label" -l list -d 'Show the labels after the change; write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand label" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand label" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand label" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand label" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand restart" -l at-once -d 'Restart so many workloads at once' -r
complete -c mesh -n "__fish_mesh_using_subcommand restart" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand restart" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand restart" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand restart" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand restart" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand restart" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand restart" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand restart" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand restart" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand restart" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand restart" -l outdated -d 'Restart workloads whose proxies differ from what would be injected now'
complete -c mesh -n "__fish_mesh_using_subcommand restart" -s A -l all-namespaces -d 'In every namespace'
complete -c mesh -n "__fish_mesh_using_subcommand restart" -l dry-run -d 'Show what would be done; write nothing'
complete -c mesh -n "__fish_mesh_using_subcommand restart" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand restart" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand restart" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand restart" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand verify" -s f -l filename -d 'IstioOperator file, or `-` for stdin (repeatable; later files win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand verify" -s s -l set -d 'Set a value, such as profile=demo (repeatable; wins over files)' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify" -s d -l manifests -l charts -d 'Render Istio\'s own charts: folder of `charts` and `profiles`, release archive (.tar.gz), or bundle' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand verify" -l version -d 'Render the charts of this release of Istio, fetched once, such as 1.31.4' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify" -l registry -d 'Take every image from this registry and folder, such as registry.example.com/istio' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify" -l image-pull-secret -d 'Pull images with this Secret: in every service account, and in injected pods' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify" -l size -d 'Lower what is requested, for small clusters; below what files and --set say: tiny' -r -f -a "tiny\t'For clusters on one machine'"
complete -c mesh -n "__fish_mesh_using_subcommand verify" -l ignore -d 'File of rules that let findings pass (repeatable)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand verify" -s o -l output -d 'Format of the result: text, json, junit, sarif, github, html' -r -f -a "text\t'For people'
json\t'One JSON document'
junit\t'JUnit\'s XML'
sarif\t'SARIF 2.1.0'
github\t'Annotations of GitHub\'s workflows'
html\t'A page for a browser or a mail'"
complete -c mesh -n "__fish_mesh_using_subcommand verify" -l contexts-file -d 'File that lists clusters by their contexts, with labels and settings of each' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand verify" -l context-selector -d 'Only clusters of that file with these labels, such as env=prod,region!=eu' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand verify" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand verify" -l force -d 'Go on after validation errors, showing them as warnings'
complete -c mesh -n "__fish_mesh_using_subcommand verify" -l wait -d 'Wait until everything is as wanted, up to --timeout'
complete -c mesh -n "__fish_mesh_using_subcommand verify" -l probe -d 'Also create a pod as a dry run, which has to come back injected (needs the right to create pods)'
complete -c mesh -n "__fish_mesh_using_subcommand verify" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand verify" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand verify" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand verify" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -s f -l filename -d 'IstioOperator file, or `-` for stdin (repeatable; later files win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -s s -l set -d 'Set a value, such as profile=demo (repeatable; wins over files)' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -s d -l manifests -l charts -d 'Render Istio\'s own charts: folder of `charts` and `profiles`, release archive (.tar.gz), or bundle' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l version -d 'Render the charts of this release of Istio, fetched once, such as 1.31.4' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l registry -d 'Take every image from this registry and folder, such as registry.example.com/istio' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l image-pull-secret -d 'Pull images with this Secret: in every service account, and in injected pods' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l size -d 'Lower what is requested, for small clusters; below what files and --set say: tiny' -r -f -a "tiny\t'For clusters on one machine'"
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l ignore -d 'File of rules that let findings pass (repeatable)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -s o -l output -d 'Format of the result: text, json, junit, sarif, github, html' -r -f -a "text\t'For people'
json\t'One JSON document'
junit\t'JUnit\'s XML'
sarif\t'SARIF 2.1.0'
github\t'Annotations of GitHub\'s workflows'
html\t'A page for a browser or a mail'"
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l contexts-file -d 'File that lists clusters by their contexts, with labels and settings of each' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l context-selector -d 'Only clusters of that file with these labels, such as env=prod,region!=eu' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l force -d 'Go on after validation errors, showing them as warnings'
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l wait -d 'Wait until everything is as wanted, up to --timeout'
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l probe -d 'Also create a pod as a dry run, which has to come back injected (needs the right to create pods)'
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand describe" -s l -l selector -d 'Only objects with these labels, such as app=web' -r
complete -c mesh -n "__fish_mesh_using_subcommand describe" -s o -l output -d 'Format of the result: text, json, yaml' -r -f -a "text\t'For people'
json\t'One JSON document'
yaml\t'The same document as YAML'"
complete -c mesh -n "__fish_mesh_using_subcommand describe" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand describe" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand describe" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand describe" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand describe" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand describe" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand describe" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand describe" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand describe" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand describe" -s A -l all-namespaces -d 'In all namespaces'
complete -c mesh -n "__fish_mesh_using_subcommand describe" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand describe" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand describe" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand describe" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand uninject" -s f -l filename -d 'File of workloads, or `-` for stdin' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand uninject" -s o -l output -d 'What to print: yaml, diff (what changes), or a file to write the YAML to, such as ./plain.yaml' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninject" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand uninject" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninject" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninject" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninject" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninject" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninject" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninject" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninject" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand uninject" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand uninject" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand uninject" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand uninject" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -s f -l filename -d 'File of workloads, or `-` for stdin' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -s o -l output -d 'What to print: yaml, diff (what changes), or a file to write the YAML to, such as ./plain.yaml' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from generate diff help" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from generate diff help" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from generate diff help" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from generate diff help" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from generate diff help" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from generate diff help" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from generate diff help" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from generate diff help" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from generate diff help" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from generate diff help" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from generate diff help" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from generate diff help" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from generate diff help" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from generate diff help" -f -a "generate" -d 'Print every object an installation consists of, as YAML'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from generate diff help" -f -a "diff" -d 'Show what differs between two manifests, object by object; exit 1 if anything does'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from generate diff help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -s f -l filename -d 'IstioOperator file, or `-` for stdin (repeatable; later files win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -s s -l set -d 'Set a value, such as profile=demo (repeatable; wins over files)' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -s d -l manifests -l charts -d 'Render Istio\'s own charts: folder of `charts` and `profiles`, release archive (.tar.gz), or bundle' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -l version -d 'Render the charts of this release of Istio, fetched once, such as 1.31.4' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -l registry -d 'Take every image from this registry and folder, such as registry.example.com/istio' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -l image-pull-secret -d 'Pull images with this Secret: in every service account, and in injected pods' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -l size -d 'Lower what is requested, for small clusters; below what files and --set say: tiny' -r -f -a "tiny\t'For clusters on one machine'"
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -s o -l output -d 'Format of the result: yaml, json' -r -f -a "yaml\t'YAML documents'
json\t'One JSON list'"
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -l force -d 'Go on after validation errors, showing them as warnings'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from help" -f -a "generate" -d 'Print every object an installation consists of, as YAML'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from help" -f -a "diff" -d 'Show what differs between two manifests, object by object; exit 1 if anything does'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand export" -l helm -d 'Write values, patches, a script and a README for Helm into this folder, which is new or empty' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand export" -l gitops -d 'Write the manifests in their order for this engine into the folder DIR: argocd, flux' -r -f -a "argocd\t'Argo CD: one Application a cluster, whose objects come in sync waves'
flux\t'Flux (2.9 or later): a Kustomization a part, each after the one that it needs'"
complete -c mesh -n "__fish_mesh_using_subcommand export" -l cluster -d 'Cluster that the engine runs in: a folder of its own in clusters/ (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand export" -l repo -d 'URL of the repository, which Argo CD wants to know' -r
complete -c mesh -n "__fish_mesh_using_subcommand export" -s o -l output -d 'Format of the result: the names of the files: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand export" -s f -l filename -d 'IstioOperator file, or `-` for stdin (repeatable; later files win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand export" -s s -l set -d 'Set a value, such as profile=demo (repeatable; wins over files)' -r
complete -c mesh -n "__fish_mesh_using_subcommand export" -s d -l manifests -l charts -d 'Render Istio\'s own charts: folder of `charts` and `profiles`, release archive (.tar.gz), or bundle' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand export" -l version -d 'Render the charts of this release of Istio, fetched once, such as 1.31.4' -r
complete -c mesh -n "__fish_mesh_using_subcommand export" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand export" -l registry -d 'Take every image from this registry and folder, such as registry.example.com/istio' -r
complete -c mesh -n "__fish_mesh_using_subcommand export" -l image-pull-secret -d 'Pull images with this Secret: in every service account, and in injected pods' -r
complete -c mesh -n "__fish_mesh_using_subcommand export" -l size -d 'Lower what is requested, for small clusters; below what files and --set say: tiny' -r -f -a "tiny\t'For clusters on one machine'"
complete -c mesh -n "__fish_mesh_using_subcommand export" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand export" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand export" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand export" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand export" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand export" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand export" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand export" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand export" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand export" -l force -d 'Go on after validation errors, showing them as warnings'
complete -c mesh -n "__fish_mesh_using_subcommand export" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand export" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand export" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand export" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand migrate" -s f -l filename -d 'IstioOperator file of an earlier version, or `-` for stdin' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand migrate" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand migrate" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand migrate" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand migrate" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand migrate" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand migrate" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand migrate" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand migrate" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand migrate" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand migrate" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand migrate" -l check -d 'Print no file: exit 1 if anything would change'
complete -c mesh -n "__fish_mesh_using_subcommand migrate" -l in-place -d 'Write the file in its place instead of printing it'
complete -c mesh -n "__fish_mesh_using_subcommand migrate" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand migrate" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand migrate" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand migrate" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand images" -s f -l filename -d 'IstioOperator file, or `-` for stdin (repeatable; later files win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand images" -s s -l set -d 'Set a value, such as profile=demo (repeatable; wins over files)' -r
complete -c mesh -n "__fish_mesh_using_subcommand images" -s d -l manifests -l charts -d 'Render Istio\'s own charts: folder of `charts` and `profiles`, release archive (.tar.gz), or bundle' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand images" -l version -d 'Render the charts of this release of Istio, fetched once, such as 1.31.4' -r
complete -c mesh -n "__fish_mesh_using_subcommand images" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand images" -l registry -d 'Take every image from this registry and folder, such as registry.example.com/istio' -r
complete -c mesh -n "__fish_mesh_using_subcommand images" -l image-pull-secret -d 'Pull images with this Secret: in every service account, and in injected pods' -r
complete -c mesh -n "__fish_mesh_using_subcommand images" -l size -d 'Lower what is requested, for small clusters; below what files and --set say: tiny' -r -f -a "tiny\t'For clusters on one machine'"
complete -c mesh -n "__fish_mesh_using_subcommand images" -l digests -d 'Hold the images to the digests of this file' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand images" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand images" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand images" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand images" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand images" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand images" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand images" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand images" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand images" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand images" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand images" -l force -d 'Go on after validation errors, showing them as warnings'
complete -c mesh -n "__fish_mesh_using_subcommand images" -l resolve -d 'Ask the registry of each image for its digest, as `docker login` has it'
complete -c mesh -n "__fish_mesh_using_subcommand images" -l insecure-registry -d 'Ask without TLS'
complete -c mesh -n "__fish_mesh_using_subcommand images" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand images" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand images" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand images" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -l from -d 'Copy all images from this registry and folder, whatever registry their names say' -r
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -l images -d 'Copy them from an OCI image layout: folder, or tar archive' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -l platform -d 'Only for these platforms, such as linux/amd64 (repeatable); else for all that there are' -r
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -l program -d 'Program to put in, for another system, in place of this one' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -s f -l filename -d 'IstioOperator file, or `-` for stdin (repeatable; later files win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -s s -l set -d 'Set a value, such as profile=demo (repeatable; wins over files)' -r
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -s d -l manifests -l charts -d 'Render Istio\'s own charts: folder of `charts` and `profiles`, release archive (.tar.gz), or bundle' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -l version -d 'Render the charts of this release of Istio, fetched once, such as 1.31.4' -r
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -l registry -d 'Take every image from this registry and folder, such as registry.example.com/istio' -r
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -l image-pull-secret -d 'Pull images with this Secret: in every service account, and in injected pods' -r
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -l size -d 'Lower what is requested, for small clusters; below what files and --set say: tiny' -r -f -a "tiny\t'For clusters on one machine'"
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -l no-images -d 'Leave the images out: only their names are in it, and no registry is asked'
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -l insecure-registry -d 'Speak to the registries without TLS'
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -l force -d 'Go on after validation errors, showing them as warnings'
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -a "push" -d 'Copy the images of a bundle into a registry'
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and not __fish_seen_subcommand_from push help" -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and __fish_seen_subcommand_from push" -l registry -d 'Registry and folder to copy them to, such as registry.example.com/istio' -r
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and __fish_seen_subcommand_from push" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and __fish_seen_subcommand_from push" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and __fish_seen_subcommand_from push" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and __fish_seen_subcommand_from push" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and __fish_seen_subcommand_from push" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and __fish_seen_subcommand_from push" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and __fish_seen_subcommand_from push" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and __fish_seen_subcommand_from push" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and __fish_seen_subcommand_from push" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and __fish_seen_subcommand_from push" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and __fish_seen_subcommand_from push" -l insecure-registry -d 'Speak to the registry without TLS'
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and __fish_seen_subcommand_from push" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and __fish_seen_subcommand_from push" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and __fish_seen_subcommand_from push" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and __fish_seen_subcommand_from push" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and __fish_seen_subcommand_from help" -f -a "push" -d 'Copy the images of a bundle into a registry'
complete -c mesh -n "__fish_mesh_using_subcommand bundle; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -l for -d 'Command that is to be allowed (repeatable): install, upgrade, canary, rollback, uninstall, adopt, diff, verify, status, check, version, revision, history, tag, inject, restart, label, describe, link, remote-clusters' -r -f -a "install\t''
upgrade\t''
canary\t''
rollback\t''
uninstall\t''
adopt\t''
diff\t''
verify\t''
status\t''
check\t''
version\t''
revision\t''
history\t''
tag\t''
inject\t''
restart\t''
label\t''
describe\t''
link\t''
remote-clusters\t''"
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -l user -d 'Bind it to this user (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -l group -d 'Bind it to this group (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -l serviceaccount -d 'Bind it to this service account (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -s f -l filename -d 'IstioOperator file, or `-` for stdin (repeatable; later files win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -s s -l set -d 'Set a value, such as profile=demo (repeatable; wins over files)' -r
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -s d -l manifests -l charts -d 'Render Istio\'s own charts: folder of `charts` and `profiles`, release archive (.tar.gz), or bundle' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -l version -d 'Render the charts of this release of Istio, fetched once, such as 1.31.4' -r
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -l registry -d 'Take every image from this registry and folder, such as registry.example.com/istio' -r
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -l image-pull-secret -d 'Pull images with this Secret: in every service account, and in injected pods' -r
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -l size -d 'Lower what is requested, for small clusters; below what files and --set say: tiny' -r -f -a "tiny\t'For clusters on one machine'"
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -s o -l output -d 'Format of the result: yaml, json' -r -f -a "yaml\t'YAML documents'
json\t'One JSON list'"
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -l namespaced -d 'Grant what lies in one namespace there alone, by a Role; the rest by a ClusterRole'
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -l force -d 'Go on after validation errors, showing them as warnings'
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand rbac" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from list dump diff help" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from list dump diff help" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from list dump diff help" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from list dump diff help" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from list dump diff help" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from list dump diff help" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from list dump diff help" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from list dump diff help" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from list dump diff help" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from list dump diff help" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from list dump diff help" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from list dump diff help" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from list dump diff help" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from list dump diff help" -f -a "list" -d 'List the profiles'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from list dump diff help" -f -a "dump" -d 'Print what a profile sets'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from list dump diff help" -f -a "diff" -d 'Show what differs between two profiles; exit 1 if anything does'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from list dump diff help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from list" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from list" -s d -l manifests -l charts -d 'The profiles of Istio\'s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from list" -l version -d 'The profiles of this release of Istio, fetched once, such as 1.31.4' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from list" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from list" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from list" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from list" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from list" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from list" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from list" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from list" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from list" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from list" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from dump" -s o -l output -d 'Format of the result: yaml, json, flags' -r -f -a "yaml\t'An IstioOperator file'
json\t'The same as JSON'
flags\t'One --set flag a value'"
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from dump" -s d -l manifests -l charts -d 'The profiles of Istio\'s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from dump" -l version -d 'The profiles of this release of Istio, fetched once, such as 1.31.4' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from dump" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from dump" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from dump" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from dump" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from dump" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from dump" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from dump" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from dump" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from dump" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from dump" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from dump" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from dump" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from dump" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from diff" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from diff" -s d -l manifests -l charts -d 'The profiles of Istio\'s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from diff" -l version -d 'The profiles of this release of Istio, fetched once, such as 1.31.4' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from diff" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from diff" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from diff" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from diff" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from diff" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from diff" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from diff" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from diff" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from diff" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from diff" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from diff" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from diff" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the profiles'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "dump" -d 'Print what a profile sets'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "diff" -d 'Show what differs between two profiles; exit 1 if anything does'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand values; and not __fish_seen_subcommand_from explain help" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand values; and not __fish_seen_subcommand_from explain help" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand values; and not __fish_seen_subcommand_from explain help" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand values; and not __fish_seen_subcommand_from explain help" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand values; and not __fish_seen_subcommand_from explain help" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand values; and not __fish_seen_subcommand_from explain help" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand values; and not __fish_seen_subcommand_from explain help" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand values; and not __fish_seen_subcommand_from explain help" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand values; and not __fish_seen_subcommand_from explain help" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand values; and not __fish_seen_subcommand_from explain help" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand values; and not __fish_seen_subcommand_from explain help" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand values; and not __fish_seen_subcommand_from explain help" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand values; and not __fish_seen_subcommand_from explain help" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand values; and not __fish_seen_subcommand_from explain help" -f -a "explain" -d 'Tell the type and the default of a value, and which profile sets it'
complete -c mesh -n "__fish_mesh_using_subcommand values; and not __fish_seen_subcommand_from explain help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand values; and __fish_seen_subcommand_from explain" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand values; and __fish_seen_subcommand_from explain" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand values; and __fish_seen_subcommand_from explain" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand values; and __fish_seen_subcommand_from explain" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand values; and __fish_seen_subcommand_from explain" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand values; and __fish_seen_subcommand_from explain" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand values; and __fish_seen_subcommand_from explain" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand values; and __fish_seen_subcommand_from explain" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand values; and __fish_seen_subcommand_from explain" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand values; and __fish_seen_subcommand_from explain" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand values; and __fish_seen_subcommand_from explain" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand values; and __fish_seen_subcommand_from explain" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand values; and __fish_seen_subcommand_from explain" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand values; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand values; and __fish_seen_subcommand_from help" -f -a "explain" -d 'Tell the type and the default of a value, and which profile sets it'
complete -c mesh -n "__fish_mesh_using_subcommand values; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand release; and not __fish_seen_subcommand_from list fetch remove help" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand release; and not __fish_seen_subcommand_from list fetch remove help" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and not __fish_seen_subcommand_from list fetch remove help" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and not __fish_seen_subcommand_from list fetch remove help" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and not __fish_seen_subcommand_from list fetch remove help" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and not __fish_seen_subcommand_from list fetch remove help" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and not __fish_seen_subcommand_from list fetch remove help" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and not __fish_seen_subcommand_from list fetch remove help" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and not __fish_seen_subcommand_from list fetch remove help" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand release; and not __fish_seen_subcommand_from list fetch remove help" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand release; and not __fish_seen_subcommand_from list fetch remove help" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand release; and not __fish_seen_subcommand_from list fetch remove help" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand release; and not __fish_seen_subcommand_from list fetch remove help" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand release; and not __fish_seen_subcommand_from list fetch remove help" -f -a "list" -d 'List the releases of Istio whose manifests are kept on this machine'
complete -c mesh -n "__fish_mesh_using_subcommand release; and not __fish_seen_subcommand_from list fetch remove help" -f -a "fetch" -d 'Fetch the manifests of a release, and keep them'
complete -c mesh -n "__fish_mesh_using_subcommand release; and not __fish_seen_subcommand_from list fetch remove help" -f -a "remove" -d 'Remove the manifests of a release from this machine'
complete -c mesh -n "__fish_mesh_using_subcommand release; and not __fish_seen_subcommand_from list fetch remove help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from list" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from list" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from list" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from list" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from list" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from list" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from list" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from list" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from list" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from list" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from list" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from fetch" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from fetch" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from fetch" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from fetch" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from fetch" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from fetch" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from fetch" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from fetch" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from fetch" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from fetch" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from fetch" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from fetch" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from fetch" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from fetch" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from remove" -s o -l output -d 'Format of the result: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from remove" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from remove" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from remove" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from remove" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from remove" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from remove" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from remove" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from remove" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from remove" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the releases of Istio whose manifests are kept on this machine'
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "fetch" -d 'Fetch the manifests of a release, and keep them'
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Remove the manifests of a release from this machine'
complete -c mesh -n "__fish_mesh_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand version" -s o -l output -d 'Format of the result: text, json, yaml' -r -f -a "text\t'One line each'
json\t'One JSON document'
yaml\t'The same document as YAML'"
complete -c mesh -n "__fish_mesh_using_subcommand version" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand version" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand version" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand version" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand version" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand version" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand version" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand version" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand version" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand version" -l client -d 'Print the client\'s version only; makes no connection'
complete -c mesh -n "__fish_mesh_using_subcommand version" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand version" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand version" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand version" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand schema" -s o -l output -d 'Format of the list; a schema is JSON anyway: text, json' -r -f -a "text\t'Lines for people'
json\t'One JSON document'"
complete -c mesh -n "__fish_mesh_using_subcommand schema" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand schema" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand schema" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand schema" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand schema" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand schema" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand schema" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand schema" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand schema" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand schema" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand schema" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand schema" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand schema" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand completion" -s c -l kubeconfig -d 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand completion" -l context -d 'Context of the kubeconfig to use (repeatable, for commands that take many clusters)' -r
complete -c mesh -n "__fish_mesh_using_subcommand completion" -l expect-context -d 'Refuse to run when the context has another name (a guard for CI)' -r
complete -c mesh -n "__fish_mesh_using_subcommand completion" -s n -l namespace -d 'Namespace to work in' -r
complete -c mesh -n "__fish_mesh_using_subcommand completion" -s i -l istio-namespace -d 'Namespace of Istio\'s control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand completion" -l as -d 'User to act as' -r
complete -c mesh -n "__fish_mesh_using_subcommand completion" -l as-group -d 'Group to act as (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand completion" -l timeout -d 'Time limit of the whole command, such as 90s or 1h' -r
complete -c mesh -n "__fish_mesh_using_subcommand completion" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand completion" -l static -d 'A script that knows commands and flags only, and asks nobody'
complete -c mesh -n "__fish_mesh_using_subcommand completion" -s y -l yes -d 'Do not ask before changing or removing existing objects'
complete -c mesh -n "__fish_mesh_using_subcommand completion" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c mesh -n "__fish_mesh_using_subcommand completion" -s v -l verbose -d 'Print what is done; -vv prints every request too'
complete -c mesh -n "__fish_mesh_using_subcommand completion" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "install" -d 'Install Istio, or change an installation, and wait until it works'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "upgrade" -d 'Change an installation, from its recorded inputs and the given ones'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "diff" -d 'Show how what is wanted differs from what is there; exit 1 if anything does'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "rollback" -d 'Go back to what was there before a change'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "history" -d 'List the changes of an installation'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "uninstall" -d 'Remove Istio, or one revision of it, and wait until it is gone'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "adopt" -d 'Take over what Helm installed, or hand it back, without restarting anything'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "revision" -d 'Show the revisions of Istio in a cluster, and who uses them'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "tag" -d 'Make, move, list and remove revision tags'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "multicluster" -d 'Make one mesh of several clusters'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "remote-clusters" -d 'List the other clusters that a control plane reads, and whether it has read them'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "inject" -d 'Put the proxy into workloads: of a file, or of a cluster\'s namespaces'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "status" -d 'Show a mesh on one screen: components, webhooks, certificates, namespaces, proxies'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "check" -d 'Find what keeps Istio from being installed, and what is wrong with it'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "label" -d 'Change labels as kubectl does, and say what that means for the mesh'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "restart" -d 'Restart workloads with care: those whose proxies are outdated'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "verify" -d 'Verify that what runs is what was asked for: objects, workloads, webhooks, proxies'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "describe" -d 'Show a deployment, pod, service, namespace or gateway as kubectl does, and what the mesh makes of it'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "uninject" -d 'Take the proxy out of workloads of a file again, without a cluster'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "manifest" -d 'Print the objects of an installation without a cluster'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "export" -d 'Write the same installation for Helm, with upstream\'s charts'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "migrate" -d 'Rewrite an IstioOperator file of an earlier version for today\'s'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "images" -d 'List every image of an installation, those of injected pods included'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "bundle" -d 'Write all that an installation needs into one file, for where there is no network'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "rbac" -d 'Print the roles that a command needs, and no more'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "profile" -d 'Show the profiles and what they set'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "values" -d 'Show what a value is and who sets it'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "release" -d 'Fetch, list and remove the manifests of other releases of Istio, for --version'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "version" -d 'Print the versions of the client, the control plane and the proxies'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "schema" -d 'List the documents that -o json writes, or print the JSON Schema of one'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "completion" -d 'Print a completion script for a shell'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from install upgrade diff rollback history uninstall adopt revision tag multicluster remote-clusters inject status check label restart verify describe uninject manifest export migrate images bundle rbac profile values release version schema completion help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from revision" -f -a "list" -d 'List the revisions with their versions, tags, namespaces, proxies and gateways'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from tag" -f -a "set" -d 'Make a tag, or let it lead to another revision'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from tag" -f -a "generate" -d 'Print the objects of a tag, without writing anything'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from tag" -f -a "list" -d 'List the tags, with the revisions they lead to and the namespaces that use them'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from tag" -f -a "remove" -d 'Remove a tag that nobody uses'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from multicluster" -f -a "link" -d 'Let the control plane of each of two clusters read the other'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from inject" -f -a "namespace" -d 'Label namespaces for injection and restart what runs in them'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from inject" -f -a "deployment" -d 'Have the pods of Deployments injected'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from inject" -f -a "statefulset" -d 'Have the pods of StatefulSets injected'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from inject" -f -a "daemonset" -d 'Have the pods of DaemonSets injected'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from manifest" -f -a "generate" -d 'Print every object an installation consists of, as YAML'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from manifest" -f -a "diff" -d 'Show what differs between two manifests, object by object; exit 1 if anything does'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from bundle" -f -a "push" -d 'Copy the images of a bundle into a registry'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "list" -d 'List the profiles'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "dump" -d 'Print what a profile sets'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "diff" -d 'Show what differs between two profiles; exit 1 if anything does'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from values" -f -a "explain" -d 'Tell the type and the default of a value, and which profile sets it'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from release" -f -a "list" -d 'List the releases of Istio whose manifests are kept on this machine'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from release" -f -a "fetch" -d 'Fetch the manifests of a release, and keep them'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from release" -f -a "remove" -d 'Remove the manifests of a release from this machine'
