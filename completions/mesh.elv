
use builtin;
use str;

set edit:completion:arg-completer[mesh] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'mesh'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'mesh'= {
            cand -c 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --kubeconfig 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --context 'Context of the kubeconfig to use'
            cand --expect-context 'Refuse to run when the context has another name (a guard for CI)'
            cand -n 'Namespace to work in'
            cand --namespace 'Namespace to work in'
            cand -i 'Namespace of Istio''s control plane'
            cand --istio-namespace 'Namespace of Istio''s control plane'
            cand --as 'User to act as'
            cand --as-group 'Group to act as (repeatable)'
            cand --timeout 'Time limit of the whole command, such as 90s or 1h'
            cand --color 'When to colour: auto, always, never'
            cand -y 'Do not ask before changing or removing existing objects'
            cand --yes 'Do not ask before changing or removing existing objects'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -v 'Print what is done; -vv prints every request too'
            cand --verbose 'Print what is done; -vv prints every request too'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand install 'Install Istio, or change an installation, and wait until it works'
            cand apply 'Install Istio, or change an installation, and wait until it works'
            cand manifest 'Print the objects of an installation without a cluster'
            cand profile 'Show the profiles and what they set'
            cand values 'Show what a value is and who sets it'
            cand version 'Print the versions of the client, the control plane and the proxies'
            cand completion 'Print a completion script for a shell'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;install'= {
            cand -f 'IstioOperator file, or `-` for stdin (repeatable; later files win)'
            cand --filename 'IstioOperator file, or `-` for stdin (repeatable; later files win)'
            cand -s 'Set a value, such as profile=demo (repeatable; wins over files)'
            cand --set 'Set a value, such as profile=demo (repeatable; wins over files)'
            cand -r 'Revision of the control plane'
            cand --revision 'Revision of the control plane'
            cand --registry 'Take every image from this registry and folder, such as registry.example.com/istio'
            cand --image-pull-secret 'Pull images with this Secret: in every service account, and in injected pods'
            cand -o 'Format of the result: text, json'
            cand --output 'Format of the result: text, json'
            cand -c 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --kubeconfig 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --context 'Context of the kubeconfig to use'
            cand --expect-context 'Refuse to run when the context has another name (a guard for CI)'
            cand -n 'Namespace to work in'
            cand --namespace 'Namespace to work in'
            cand -i 'Namespace of Istio''s control plane'
            cand --istio-namespace 'Namespace of Istio''s control plane'
            cand --as 'User to act as'
            cand --as-group 'Group to act as (repeatable)'
            cand --timeout 'Time limit of the whole command, such as 90s or 1h'
            cand --color 'When to colour: auto, always, never'
            cand --force 'Go on after validation errors, showing them as warnings'
            cand -y 'Do not ask before changing or removing existing objects'
            cand --yes 'Do not ask before changing or removing existing objects'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -v 'Print what is done; -vv prints every request too'
            cand --verbose 'Print what is done; -vv prints every request too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'mesh;apply'= {
            cand -f 'IstioOperator file, or `-` for stdin (repeatable; later files win)'
            cand --filename 'IstioOperator file, or `-` for stdin (repeatable; later files win)'
            cand -s 'Set a value, such as profile=demo (repeatable; wins over files)'
            cand --set 'Set a value, such as profile=demo (repeatable; wins over files)'
            cand -r 'Revision of the control plane'
            cand --revision 'Revision of the control plane'
            cand --registry 'Take every image from this registry and folder, such as registry.example.com/istio'
            cand --image-pull-secret 'Pull images with this Secret: in every service account, and in injected pods'
            cand -o 'Format of the result: text, json'
            cand --output 'Format of the result: text, json'
            cand -c 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --kubeconfig 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --context 'Context of the kubeconfig to use'
            cand --expect-context 'Refuse to run when the context has another name (a guard for CI)'
            cand -n 'Namespace to work in'
            cand --namespace 'Namespace to work in'
            cand -i 'Namespace of Istio''s control plane'
            cand --istio-namespace 'Namespace of Istio''s control plane'
            cand --as 'User to act as'
            cand --as-group 'Group to act as (repeatable)'
            cand --timeout 'Time limit of the whole command, such as 90s or 1h'
            cand --color 'When to colour: auto, always, never'
            cand --force 'Go on after validation errors, showing them as warnings'
            cand -y 'Do not ask before changing or removing existing objects'
            cand --yes 'Do not ask before changing or removing existing objects'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -v 'Print what is done; -vv prints every request too'
            cand --verbose 'Print what is done; -vv prints every request too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'mesh;manifest'= {
            cand -c 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --kubeconfig 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --context 'Context of the kubeconfig to use'
            cand --expect-context 'Refuse to run when the context has another name (a guard for CI)'
            cand -n 'Namespace to work in'
            cand --namespace 'Namespace to work in'
            cand -i 'Namespace of Istio''s control plane'
            cand --istio-namespace 'Namespace of Istio''s control plane'
            cand --as 'User to act as'
            cand --as-group 'Group to act as (repeatable)'
            cand --timeout 'Time limit of the whole command, such as 90s or 1h'
            cand --color 'When to colour: auto, always, never'
            cand -y 'Do not ask before changing or removing existing objects'
            cand --yes 'Do not ask before changing or removing existing objects'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -v 'Print what is done; -vv prints every request too'
            cand --verbose 'Print what is done; -vv prints every request too'
            cand -h 'Print help'
            cand --help 'Print help'
            cand generate 'Print every object an installation consists of, as YAML'
            cand diff 'Show what differs between two manifests, object by object; exit 1 if anything does'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;manifest;generate'= {
            cand -f 'IstioOperator file, or `-` for stdin (repeatable; later files win)'
            cand --filename 'IstioOperator file, or `-` for stdin (repeatable; later files win)'
            cand -s 'Set a value, such as profile=demo (repeatable; wins over files)'
            cand --set 'Set a value, such as profile=demo (repeatable; wins over files)'
            cand -r 'Revision of the control plane'
            cand --revision 'Revision of the control plane'
            cand --registry 'Take every image from this registry and folder, such as registry.example.com/istio'
            cand --image-pull-secret 'Pull images with this Secret: in every service account, and in injected pods'
            cand -o 'Format of the result: yaml, json'
            cand --output 'Format of the result: yaml, json'
            cand -c 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --kubeconfig 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --context 'Context of the kubeconfig to use'
            cand --expect-context 'Refuse to run when the context has another name (a guard for CI)'
            cand -n 'Namespace to work in'
            cand --namespace 'Namespace to work in'
            cand -i 'Namespace of Istio''s control plane'
            cand --istio-namespace 'Namespace of Istio''s control plane'
            cand --as 'User to act as'
            cand --as-group 'Group to act as (repeatable)'
            cand --timeout 'Time limit of the whole command, such as 90s or 1h'
            cand --color 'When to colour: auto, always, never'
            cand --force 'Go on after validation errors, showing them as warnings'
            cand -y 'Do not ask before changing or removing existing objects'
            cand --yes 'Do not ask before changing or removing existing objects'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -v 'Print what is done; -vv prints every request too'
            cand --verbose 'Print what is done; -vv prints every request too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'mesh;manifest;diff'= {
            cand -o 'Format of the result: text, json'
            cand --output 'Format of the result: text, json'
            cand -c 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --kubeconfig 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --context 'Context of the kubeconfig to use'
            cand --expect-context 'Refuse to run when the context has another name (a guard for CI)'
            cand -n 'Namespace to work in'
            cand --namespace 'Namespace to work in'
            cand -i 'Namespace of Istio''s control plane'
            cand --istio-namespace 'Namespace of Istio''s control plane'
            cand --as 'User to act as'
            cand --as-group 'Group to act as (repeatable)'
            cand --timeout 'Time limit of the whole command, such as 90s or 1h'
            cand --color 'When to colour: auto, always, never'
            cand -y 'Do not ask before changing or removing existing objects'
            cand --yes 'Do not ask before changing or removing existing objects'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -v 'Print what is done; -vv prints every request too'
            cand --verbose 'Print what is done; -vv prints every request too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'mesh;manifest;help'= {
            cand generate 'Print every object an installation consists of, as YAML'
            cand diff 'Show what differs between two manifests, object by object; exit 1 if anything does'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;manifest;help;generate'= {
        }
        &'mesh;manifest;help;diff'= {
        }
        &'mesh;manifest;help;help'= {
        }
        &'mesh;profile'= {
            cand -c 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --kubeconfig 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --context 'Context of the kubeconfig to use'
            cand --expect-context 'Refuse to run when the context has another name (a guard for CI)'
            cand -n 'Namespace to work in'
            cand --namespace 'Namespace to work in'
            cand -i 'Namespace of Istio''s control plane'
            cand --istio-namespace 'Namespace of Istio''s control plane'
            cand --as 'User to act as'
            cand --as-group 'Group to act as (repeatable)'
            cand --timeout 'Time limit of the whole command, such as 90s or 1h'
            cand --color 'When to colour: auto, always, never'
            cand -y 'Do not ask before changing or removing existing objects'
            cand --yes 'Do not ask before changing or removing existing objects'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -v 'Print what is done; -vv prints every request too'
            cand --verbose 'Print what is done; -vv prints every request too'
            cand -h 'Print help'
            cand --help 'Print help'
            cand list 'List the profiles'
            cand dump 'Print what a profile sets'
            cand diff 'Show what differs between two profiles; exit 1 if anything does'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;profile;list'= {
            cand -o 'Format of the result: text, json'
            cand --output 'Format of the result: text, json'
            cand -c 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --kubeconfig 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --context 'Context of the kubeconfig to use'
            cand --expect-context 'Refuse to run when the context has another name (a guard for CI)'
            cand -n 'Namespace to work in'
            cand --namespace 'Namespace to work in'
            cand -i 'Namespace of Istio''s control plane'
            cand --istio-namespace 'Namespace of Istio''s control plane'
            cand --as 'User to act as'
            cand --as-group 'Group to act as (repeatable)'
            cand --timeout 'Time limit of the whole command, such as 90s or 1h'
            cand --color 'When to colour: auto, always, never'
            cand -y 'Do not ask before changing or removing existing objects'
            cand --yes 'Do not ask before changing or removing existing objects'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -v 'Print what is done; -vv prints every request too'
            cand --verbose 'Print what is done; -vv prints every request too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'mesh;profile;dump'= {
            cand -o 'Format of the result: yaml, json, flags'
            cand --output 'Format of the result: yaml, json, flags'
            cand -c 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --kubeconfig 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --context 'Context of the kubeconfig to use'
            cand --expect-context 'Refuse to run when the context has another name (a guard for CI)'
            cand -n 'Namespace to work in'
            cand --namespace 'Namespace to work in'
            cand -i 'Namespace of Istio''s control plane'
            cand --istio-namespace 'Namespace of Istio''s control plane'
            cand --as 'User to act as'
            cand --as-group 'Group to act as (repeatable)'
            cand --timeout 'Time limit of the whole command, such as 90s or 1h'
            cand --color 'When to colour: auto, always, never'
            cand -y 'Do not ask before changing or removing existing objects'
            cand --yes 'Do not ask before changing or removing existing objects'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -v 'Print what is done; -vv prints every request too'
            cand --verbose 'Print what is done; -vv prints every request too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'mesh;profile;diff'= {
            cand -o 'Format of the result: text, json'
            cand --output 'Format of the result: text, json'
            cand -c 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --kubeconfig 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --context 'Context of the kubeconfig to use'
            cand --expect-context 'Refuse to run when the context has another name (a guard for CI)'
            cand -n 'Namespace to work in'
            cand --namespace 'Namespace to work in'
            cand -i 'Namespace of Istio''s control plane'
            cand --istio-namespace 'Namespace of Istio''s control plane'
            cand --as 'User to act as'
            cand --as-group 'Group to act as (repeatable)'
            cand --timeout 'Time limit of the whole command, such as 90s or 1h'
            cand --color 'When to colour: auto, always, never'
            cand -y 'Do not ask before changing or removing existing objects'
            cand --yes 'Do not ask before changing or removing existing objects'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -v 'Print what is done; -vv prints every request too'
            cand --verbose 'Print what is done; -vv prints every request too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'mesh;profile;help'= {
            cand list 'List the profiles'
            cand dump 'Print what a profile sets'
            cand diff 'Show what differs between two profiles; exit 1 if anything does'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;profile;help;list'= {
        }
        &'mesh;profile;help;dump'= {
        }
        &'mesh;profile;help;diff'= {
        }
        &'mesh;profile;help;help'= {
        }
        &'mesh;values'= {
            cand -c 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --kubeconfig 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --context 'Context of the kubeconfig to use'
            cand --expect-context 'Refuse to run when the context has another name (a guard for CI)'
            cand -n 'Namespace to work in'
            cand --namespace 'Namespace to work in'
            cand -i 'Namespace of Istio''s control plane'
            cand --istio-namespace 'Namespace of Istio''s control plane'
            cand --as 'User to act as'
            cand --as-group 'Group to act as (repeatable)'
            cand --timeout 'Time limit of the whole command, such as 90s or 1h'
            cand --color 'When to colour: auto, always, never'
            cand -y 'Do not ask before changing or removing existing objects'
            cand --yes 'Do not ask before changing or removing existing objects'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -v 'Print what is done; -vv prints every request too'
            cand --verbose 'Print what is done; -vv prints every request too'
            cand -h 'Print help'
            cand --help 'Print help'
            cand explain 'Tell the type and the default of a value, and which profile sets it'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;values;explain'= {
            cand -o 'Format of the result: text, json'
            cand --output 'Format of the result: text, json'
            cand -c 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --kubeconfig 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --context 'Context of the kubeconfig to use'
            cand --expect-context 'Refuse to run when the context has another name (a guard for CI)'
            cand -n 'Namespace to work in'
            cand --namespace 'Namespace to work in'
            cand -i 'Namespace of Istio''s control plane'
            cand --istio-namespace 'Namespace of Istio''s control plane'
            cand --as 'User to act as'
            cand --as-group 'Group to act as (repeatable)'
            cand --timeout 'Time limit of the whole command, such as 90s or 1h'
            cand --color 'When to colour: auto, always, never'
            cand -y 'Do not ask before changing or removing existing objects'
            cand --yes 'Do not ask before changing or removing existing objects'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -v 'Print what is done; -vv prints every request too'
            cand --verbose 'Print what is done; -vv prints every request too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'mesh;values;help'= {
            cand explain 'Tell the type and the default of a value, and which profile sets it'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;values;help;explain'= {
        }
        &'mesh;values;help;help'= {
        }
        &'mesh;version'= {
            cand -o 'Format of the result: text, json, yaml'
            cand --output 'Format of the result: text, json, yaml'
            cand -c 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --kubeconfig 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --context 'Context of the kubeconfig to use'
            cand --expect-context 'Refuse to run when the context has another name (a guard for CI)'
            cand -n 'Namespace to work in'
            cand --namespace 'Namespace to work in'
            cand -i 'Namespace of Istio''s control plane'
            cand --istio-namespace 'Namespace of Istio''s control plane'
            cand --as 'User to act as'
            cand --as-group 'Group to act as (repeatable)'
            cand --timeout 'Time limit of the whole command, such as 90s or 1h'
            cand --color 'When to colour: auto, always, never'
            cand --client 'Print the client''s version only; makes no connection'
            cand -y 'Do not ask before changing or removing existing objects'
            cand --yes 'Do not ask before changing or removing existing objects'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -v 'Print what is done; -vv prints every request too'
            cand --verbose 'Print what is done; -vv prints every request too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'mesh;completion'= {
            cand -c 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --kubeconfig 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster'
            cand --context 'Context of the kubeconfig to use'
            cand --expect-context 'Refuse to run when the context has another name (a guard for CI)'
            cand -n 'Namespace to work in'
            cand --namespace 'Namespace to work in'
            cand -i 'Namespace of Istio''s control plane'
            cand --istio-namespace 'Namespace of Istio''s control plane'
            cand --as 'User to act as'
            cand --as-group 'Group to act as (repeatable)'
            cand --timeout 'Time limit of the whole command, such as 90s or 1h'
            cand --color 'When to colour: auto, always, never'
            cand -y 'Do not ask before changing or removing existing objects'
            cand --yes 'Do not ask before changing or removing existing objects'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -v 'Print what is done; -vv prints every request too'
            cand --verbose 'Print what is done; -vv prints every request too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'mesh;help'= {
            cand install 'Install Istio, or change an installation, and wait until it works'
            cand manifest 'Print the objects of an installation without a cluster'
            cand profile 'Show the profiles and what they set'
            cand values 'Show what a value is and who sets it'
            cand version 'Print the versions of the client, the control plane and the proxies'
            cand completion 'Print a completion script for a shell'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;help;install'= {
        }
        &'mesh;help;manifest'= {
            cand generate 'Print every object an installation consists of, as YAML'
            cand diff 'Show what differs between two manifests, object by object; exit 1 if anything does'
        }
        &'mesh;help;manifest;generate'= {
        }
        &'mesh;help;manifest;diff'= {
        }
        &'mesh;help;profile'= {
            cand list 'List the profiles'
            cand dump 'Print what a profile sets'
            cand diff 'Show what differs between two profiles; exit 1 if anything does'
        }
        &'mesh;help;profile;list'= {
        }
        &'mesh;help;profile;dump'= {
        }
        &'mesh;help;profile;diff'= {
        }
        &'mesh;help;values'= {
            cand explain 'Tell the type and the default of a value, and which profile sets it'
        }
        &'mesh;help;values;explain'= {
        }
        &'mesh;help;version'= {
        }
        &'mesh;help;completion'= {
        }
        &'mesh;help;help'= {
        }
    ]
    $completions[$command]
}
