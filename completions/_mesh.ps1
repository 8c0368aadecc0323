
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'mesh' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'mesh'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'mesh' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Install Istio, or change an installation, and wait until it works')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Install Istio, or change an installation, and wait until it works')
            [CompletionResult]::new('upgrade', 'upgrade', [CompletionResultType]::ParameterValue, 'Change an installation, from its recorded inputs and the given ones')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show how what is wanted differs from what is there; exit 1 if anything does')
            [CompletionResult]::new('rollback', 'rollback', [CompletionResultType]::ParameterValue, 'Go back to what was there before a change')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'List the changes of an installation')
            [CompletionResult]::new('uninstall', 'uninstall', [CompletionResultType]::ParameterValue, 'Remove Istio, or one revision of it, and wait until it is gone')
            [CompletionResult]::new('revision', 'revision', [CompletionResultType]::ParameterValue, 'Show the revisions of Istio in a cluster, and who uses them')
            [CompletionResult]::new('tag', 'tag', [CompletionResultType]::ParameterValue, 'Make, move, list and remove revision tags')
            [CompletionResult]::new('inject', 'inject', [CompletionResultType]::ParameterValue, 'Put the proxy into workloads of a file, without a cluster')
            [CompletionResult]::new('kube-inject', 'kube-inject', [CompletionResultType]::ParameterValue, 'Put the proxy into workloads of a file, without a cluster')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show a mesh on one screen: components, webhooks, certificates, namespaces, proxies')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Find what keeps Istio from being installed, and what is wrong with it')
            [CompletionResult]::new('precheck', 'precheck', [CompletionResultType]::ParameterValue, 'Find what keeps Istio from being installed, and what is wrong with it')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Verify that what runs is what was asked for: objects, workloads, webhooks, proxies')
            [CompletionResult]::new('verify-install', 'verify-install', [CompletionResultType]::ParameterValue, 'Verify that what runs is what was asked for: objects, workloads, webhooks, proxies')
            [CompletionResult]::new('describe', 'describe', [CompletionResultType]::ParameterValue, 'Show a deployment, pod, service, namespace or gateway as kubectl does, and what the mesh makes of it')
            [CompletionResult]::new('uninject', 'uninject', [CompletionResultType]::ParameterValue, 'Take the proxy out of workloads of a file again, without a cluster')
            [CompletionResult]::new('kube-uninject', 'kube-uninject', [CompletionResultType]::ParameterValue, 'Take the proxy out of workloads of a file again, without a cluster')
            [CompletionResult]::new('manifest', 'manifest', [CompletionResultType]::ParameterValue, 'Print the objects of an installation without a cluster')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write the same installation for Helm, with upstream''s charts')
            [CompletionResult]::new('images', 'images', [CompletionResultType]::ParameterValue, 'List every image of an installation, those of injected pods included')
            [CompletionResult]::new('profile', 'profile', [CompletionResultType]::ParameterValue, 'Show the profiles and what they set')
            [CompletionResult]::new('values', 'values', [CompletionResultType]::ParameterValue, 'Show what a value is and who sets it')
            [CompletionResult]::new('version', 'version', [CompletionResultType]::ParameterValue, 'Print the versions of the client, the control plane and the proxies')
            [CompletionResult]::new('completion', 'completion', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;install' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'IstioOperator file, or `-` for stdin (repeatable; later files win)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'IstioOperator file, or `-` for stdin (repeatable; later files win)')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Set a value, such as profile=demo (repeatable; wins over files)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a value, such as profile=demo (repeatable; wins over files)')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--charts', '--charts', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Take every image from this registry and folder, such as registry.example.com/istio')
            [CompletionResult]::new('--image-pull-secret', '--image-pull-secret', [CompletionResultType]::ParameterName, 'Pull images with this Secret: in every service account, and in injected pods')
            [CompletionResult]::new('--size', '--size', [CompletionResultType]::ParameterName, 'Lower what is requested, for small clusters; below what files and --set say: tiny')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Go on after validation errors, showing them as warnings')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, tried on the server, and write nothing')
            [CompletionResult]::new('--rollback-on-failure', '--rollback-on-failure', [CompletionResultType]::ParameterName, 'If it fails, show events, states and logs, then restore what was there before')
            [CompletionResult]::new('--allow-version-skew', '--allow-version-skew', [CompletionResultType]::ParameterName, 'Go over more than one minor version at once, or back to an older one')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;apply' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'IstioOperator file, or `-` for stdin (repeatable; later files win)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'IstioOperator file, or `-` for stdin (repeatable; later files win)')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Set a value, such as profile=demo (repeatable; wins over files)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a value, such as profile=demo (repeatable; wins over files)')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--charts', '--charts', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Take every image from this registry and folder, such as registry.example.com/istio')
            [CompletionResult]::new('--image-pull-secret', '--image-pull-secret', [CompletionResultType]::ParameterName, 'Pull images with this Secret: in every service account, and in injected pods')
            [CompletionResult]::new('--size', '--size', [CompletionResultType]::ParameterName, 'Lower what is requested, for small clusters; below what files and --set say: tiny')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Go on after validation errors, showing them as warnings')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, tried on the server, and write nothing')
            [CompletionResult]::new('--rollback-on-failure', '--rollback-on-failure', [CompletionResultType]::ParameterName, 'If it fails, show events, states and logs, then restore what was there before')
            [CompletionResult]::new('--allow-version-skew', '--allow-version-skew', [CompletionResultType]::ParameterName, 'Go over more than one minor version at once, or back to an older one')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;upgrade' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'IstioOperator file, or `-` for stdin (repeatable; later files win)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'IstioOperator file, or `-` for stdin (repeatable; later files win)')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Set a value, such as profile=demo (repeatable; wins over files)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a value, such as profile=demo (repeatable; wins over files)')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--charts', '--charts', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Take every image from this registry and folder, such as registry.example.com/istio')
            [CompletionResult]::new('--image-pull-secret', '--image-pull-secret', [CompletionResultType]::ParameterName, 'Pull images with this Secret: in every service account, and in injected pods')
            [CompletionResult]::new('--size', '--size', [CompletionResultType]::ParameterName, 'Lower what is requested, for small clusters; below what files and --set say: tiny')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Go on after validation errors, showing them as warnings')
            [CompletionResult]::new('--reuse-values', '--reuse-values', [CompletionResultType]::ParameterName, 'Use the recorded inputs again (the default)')
            [CompletionResult]::new('--reset-values', '--reset-values', [CompletionResultType]::ParameterName, 'Use only the given inputs, as install does')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, tried on the server, and write nothing')
            [CompletionResult]::new('--rollback-on-failure', '--rollback-on-failure', [CompletionResultType]::ParameterName, 'If it fails, show events, states and logs, then restore what was there before')
            [CompletionResult]::new('--allow-version-skew', '--allow-version-skew', [CompletionResultType]::ParameterName, 'Go over more than one minor version at once, or back to an older one')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;diff' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'IstioOperator file, or `-` for stdin (repeatable; later files win)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'IstioOperator file, or `-` for stdin (repeatable; later files win)')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Set a value, such as profile=demo (repeatable; wins over files)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a value, such as profile=demo (repeatable; wins over files)')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--charts', '--charts', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Take every image from this registry and folder, such as registry.example.com/istio')
            [CompletionResult]::new('--image-pull-secret', '--image-pull-secret', [CompletionResultType]::ParameterName, 'Pull images with this Secret: in every service account, and in injected pods')
            [CompletionResult]::new('--size', '--size', [CompletionResultType]::ParameterName, 'Lower what is requested, for small clusters; below what files and --set say: tiny')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Go on after validation errors, showing them as warnings')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;rollback' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Record to go back to, as `mesh history` numbers them; else the one before the newest')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;history' {
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane; all without it')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane; all without it')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;uninstall' {
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision to remove; without it and --purge, the only one there is')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision to remove; without it and --purge, the only one there is')
            [CompletionResult]::new('--backup', '--backup', [CompletionResultType]::ParameterName, 'Where --delete-crds writes what it deletes [default: ./mesh-backup-TIME.yaml]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('--purge', '--purge', [CompletionResultType]::ParameterName, 'Remove every revision, and what istiod has made')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Remove the revision even though it is used')
            [CompletionResult]::new('--delete-crds', '--delete-crds', [CompletionResultType]::ParameterName, 'Delete Istio''s CRDs and with them everything that users configured')
            [CompletionResult]::new('--yes-delete-crds', '--yes-delete-crds', [CompletionResultType]::ParameterName, 'Do not ask for the number of objects that --delete-crds deletes')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be removed, and remove nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;revision' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the revisions with their versions, tags, namespaces, proxies and gateways')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;revision;list' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;revision;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the revisions with their versions, tags, namespaces, proxies and gateways')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;revision;help;list' {
            break
        }
        'mesh;revision;help;help' {
            break
        }
        'mesh;tag' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Make a tag, or let it lead to another revision')
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Make a tag, or let it lead to another revision')
            [CompletionResult]::new('generate', 'generate', [CompletionResultType]::ParameterValue, 'Print the objects of a tag, without writing anything')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the tags, with the revisions they lead to and the namespaces that use them')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'List the tags, with the revisions they lead to and the namespaces that use them')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove a tag that nobody uses')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Remove a tag that nobody uses')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;tag;set' {
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision the tag leads to')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision the tag leads to')
            [CompletionResult]::new('--webhook-name', '--webhook-name', [CompletionResultType]::ParameterName, 'Another name for the tag''s webhook configuration')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json, yaml')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json, yaml')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('--overwrite', '--overwrite', [CompletionResultType]::ParameterName, 'Let a tag that exists lead elsewhere')
            [CompletionResult]::new('--auto-inject-namespaces', '--auto-inject-namespaces', [CompletionResultType]::ParameterName, 'Inject pods of namespaces that ask for nothing, too; for the tag `default`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;tag;create' {
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision the tag leads to')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision the tag leads to')
            [CompletionResult]::new('--webhook-name', '--webhook-name', [CompletionResultType]::ParameterName, 'Another name for the tag''s webhook configuration')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json, yaml')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json, yaml')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('--overwrite', '--overwrite', [CompletionResultType]::ParameterName, 'Let a tag that exists lead elsewhere')
            [CompletionResult]::new('--auto-inject-namespaces', '--auto-inject-namespaces', [CompletionResultType]::ParameterName, 'Inject pods of namespaces that ask for nothing, too; for the tag `default`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;tag;generate' {
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision the tag leads to')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision the tag leads to')
            [CompletionResult]::new('--webhook-name', '--webhook-name', [CompletionResultType]::ParameterName, 'Another name for the tag''s webhook configuration')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json, yaml')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json, yaml')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('--overwrite', '--overwrite', [CompletionResultType]::ParameterName, 'Let a tag that exists lead elsewhere')
            [CompletionResult]::new('--auto-inject-namespaces', '--auto-inject-namespaces', [CompletionResultType]::ParameterName, 'Inject pods of namespaces that ask for nothing, too; for the tag `default`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;tag;list' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json, yaml')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json, yaml')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;tag;show' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json, yaml')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json, yaml')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;tag;remove' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Remove it even though it is used')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;tag;delete' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Remove it even though it is used')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;tag;help' {
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Make a tag, or let it lead to another revision')
            [CompletionResult]::new('generate', 'generate', [CompletionResultType]::ParameterValue, 'Print the objects of a tag, without writing anything')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the tags, with the revisions they lead to and the namespaces that use them')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove a tag that nobody uses')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;tag;help;set' {
            break
        }
        'mesh;tag;help;generate' {
            break
        }
        'mesh;tag;help;list' {
            break
        }
        'mesh;tag;help;remove' {
            break
        }
        'mesh;tag;help;help' {
            break
        }
        'mesh;inject' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'File of workloads, or `-` for stdin')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'File of workloads, or `-` for stdin')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Set a value of the mesh, such as profile=demo (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a value of the mesh, such as profile=demo (repeatable)')
            [CompletionResult]::new('--operator-file', '--operator-file', [CompletionResultType]::ParameterName, 'IstioOperator file of the mesh (repeatable; later files win)')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Use the injection templates of Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Use the injection templates of Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--charts', '--charts', [CompletionResultType]::ParameterName, 'Use the injection templates of Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--inject-config-file', '--inject-config-file', [CompletionResultType]::ParameterName, 'Injection configuration, or one template, in place of the built-in one')
            [CompletionResult]::new('--injectConfigFile', '--injectConfigFile', [CompletionResultType]::ParameterName, 'Injection configuration, or one template, in place of the built-in one')
            [CompletionResult]::new('--mesh-config-file', '--mesh-config-file', [CompletionResultType]::ParameterName, 'Mesh configuration in place of the one of the settings')
            [CompletionResult]::new('--meshConfigFile', '--meshConfigFile', [CompletionResultType]::ParameterName, 'Mesh configuration in place of the one of the settings')
            [CompletionResult]::new('--values-file', '--values-file', [CompletionResultType]::ParameterName, 'Values of the injection configuration in place of those of the settings')
            [CompletionResult]::new('--valuesFile', '--valuesFile', [CompletionResultType]::ParameterName, 'Values of the injection configuration in place of those of the settings')
            [CompletionResult]::new('--native-sidecars', '--native-sidecars', [CompletionResultType]::ParameterName, 'Whether the proxy is a native sidecar; auto asks the nodes, and is false without a cluster: auto, true, false')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'What to print: yaml, diff (what changes), or a file to write the YAML to, such as ./injected.yaml')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What to print: yaml, diff (what changes), or a file to write the YAML to, such as ./injected.yaml')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;kube-inject' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'File of workloads, or `-` for stdin')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'File of workloads, or `-` for stdin')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Set a value of the mesh, such as profile=demo (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a value of the mesh, such as profile=demo (repeatable)')
            [CompletionResult]::new('--operator-file', '--operator-file', [CompletionResultType]::ParameterName, 'IstioOperator file of the mesh (repeatable; later files win)')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Use the injection templates of Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Use the injection templates of Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--charts', '--charts', [CompletionResultType]::ParameterName, 'Use the injection templates of Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--inject-config-file', '--inject-config-file', [CompletionResultType]::ParameterName, 'Injection configuration, or one template, in place of the built-in one')
            [CompletionResult]::new('--injectConfigFile', '--injectConfigFile', [CompletionResultType]::ParameterName, 'Injection configuration, or one template, in place of the built-in one')
            [CompletionResult]::new('--mesh-config-file', '--mesh-config-file', [CompletionResultType]::ParameterName, 'Mesh configuration in place of the one of the settings')
            [CompletionResult]::new('--meshConfigFile', '--meshConfigFile', [CompletionResultType]::ParameterName, 'Mesh configuration in place of the one of the settings')
            [CompletionResult]::new('--values-file', '--values-file', [CompletionResultType]::ParameterName, 'Values of the injection configuration in place of those of the settings')
            [CompletionResult]::new('--valuesFile', '--valuesFile', [CompletionResultType]::ParameterName, 'Values of the injection configuration in place of those of the settings')
            [CompletionResult]::new('--native-sidecars', '--native-sidecars', [CompletionResultType]::ParameterName, 'Whether the proxy is a native sidecar; auto asks the nodes, and is false without a cluster: auto, true, false')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'What to print: yaml, diff (what changes), or a file to write the YAML to, such as ./injected.yaml')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What to print: yaml, diff (what changes), or a file to write the YAML to, such as ./injected.yaml')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;status' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('-w', '-w', [CompletionResultType]::ParameterName, 'Look again every two seconds; -o json gives a line each time')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Look again every two seconds; -o json gives a line each time')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;check' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'IstioOperator file, or `-` for stdin (repeatable; later files win)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'IstioOperator file, or `-` for stdin (repeatable; later files win)')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Set a value, such as profile=demo (repeatable; wins over files)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a value, such as profile=demo (repeatable; wins over files)')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--charts', '--charts', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Take every image from this registry and folder, such as registry.example.com/istio')
            [CompletionResult]::new('--image-pull-secret', '--image-pull-secret', [CompletionResultType]::ParameterName, 'Pull images with this Secret: in every service account, and in injected pods')
            [CompletionResult]::new('--size', '--size', [CompletionResultType]::ParameterName, 'Lower what is requested, for small clusters; below what files and --set say: tiny')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Only these checks, by their ids')
            [CompletionResult]::new('--skip', '--skip', [CompletionResultType]::ParameterName, 'All but these checks')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Go on after validation errors, showing them as warnings')
            [CompletionResult]::new('--fix', '--fix', [CompletionResultType]::ParameterName, 'Remove webhooks that refuse pods for a control plane that is gone, and nothing else')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;precheck' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'IstioOperator file, or `-` for stdin (repeatable; later files win)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'IstioOperator file, or `-` for stdin (repeatable; later files win)')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Set a value, such as profile=demo (repeatable; wins over files)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a value, such as profile=demo (repeatable; wins over files)')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--charts', '--charts', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Take every image from this registry and folder, such as registry.example.com/istio')
            [CompletionResult]::new('--image-pull-secret', '--image-pull-secret', [CompletionResultType]::ParameterName, 'Pull images with this Secret: in every service account, and in injected pods')
            [CompletionResult]::new('--size', '--size', [CompletionResultType]::ParameterName, 'Lower what is requested, for small clusters; below what files and --set say: tiny')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Only these checks, by their ids')
            [CompletionResult]::new('--skip', '--skip', [CompletionResultType]::ParameterName, 'All but these checks')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Go on after validation errors, showing them as warnings')
            [CompletionResult]::new('--fix', '--fix', [CompletionResultType]::ParameterName, 'Remove webhooks that refuse pods for a control plane that is gone, and nothing else')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;verify' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'IstioOperator file, or `-` for stdin (repeatable; later files win)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'IstioOperator file, or `-` for stdin (repeatable; later files win)')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Set a value, such as profile=demo (repeatable; wins over files)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a value, such as profile=demo (repeatable; wins over files)')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--charts', '--charts', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Take every image from this registry and folder, such as registry.example.com/istio')
            [CompletionResult]::new('--image-pull-secret', '--image-pull-secret', [CompletionResultType]::ParameterName, 'Pull images with this Secret: in every service account, and in injected pods')
            [CompletionResult]::new('--size', '--size', [CompletionResultType]::ParameterName, 'Lower what is requested, for small clusters; below what files and --set say: tiny')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'File of rules that let findings pass (repeatable)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json, junit, sarif, github')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json, junit, sarif, github')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Go on after validation errors, showing them as warnings')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until everything is as wanted, up to --timeout')
            [CompletionResult]::new('--probe', '--probe', [CompletionResultType]::ParameterName, 'Also create a pod as a dry run, which has to come back injected (needs the right to create pods)')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;verify-install' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'IstioOperator file, or `-` for stdin (repeatable; later files win)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'IstioOperator file, or `-` for stdin (repeatable; later files win)')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Set a value, such as profile=demo (repeatable; wins over files)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a value, such as profile=demo (repeatable; wins over files)')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--charts', '--charts', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Take every image from this registry and folder, such as registry.example.com/istio')
            [CompletionResult]::new('--image-pull-secret', '--image-pull-secret', [CompletionResultType]::ParameterName, 'Pull images with this Secret: in every service account, and in injected pods')
            [CompletionResult]::new('--size', '--size', [CompletionResultType]::ParameterName, 'Lower what is requested, for small clusters; below what files and --set say: tiny')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'File of rules that let findings pass (repeatable)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json, junit, sarif, github')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json, junit, sarif, github')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Go on after validation errors, showing them as warnings')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until everything is as wanted, up to --timeout')
            [CompletionResult]::new('--probe', '--probe', [CompletionResultType]::ParameterName, 'Also create a pod as a dry run, which has to come back injected (needs the right to create pods)')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;describe' {
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Only objects with these labels, such as app=web')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Only objects with these labels, such as app=web')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json, yaml')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json, yaml')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'In all namespaces')
            [CompletionResult]::new('--all-namespaces', '--all-namespaces', [CompletionResultType]::ParameterName, 'In all namespaces')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;uninject' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'File of workloads, or `-` for stdin')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'File of workloads, or `-` for stdin')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'What to print: yaml, diff (what changes), or a file to write the YAML to, such as ./plain.yaml')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What to print: yaml, diff (what changes), or a file to write the YAML to, such as ./plain.yaml')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;kube-uninject' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'File of workloads, or `-` for stdin')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'File of workloads, or `-` for stdin')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'What to print: yaml, diff (what changes), or a file to write the YAML to, such as ./plain.yaml')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What to print: yaml, diff (what changes), or a file to write the YAML to, such as ./plain.yaml')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;manifest' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('generate', 'generate', [CompletionResultType]::ParameterValue, 'Print every object an installation consists of, as YAML')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what differs between two manifests, object by object; exit 1 if anything does')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;manifest;generate' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'IstioOperator file, or `-` for stdin (repeatable; later files win)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'IstioOperator file, or `-` for stdin (repeatable; later files win)')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Set a value, such as profile=demo (repeatable; wins over files)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a value, such as profile=demo (repeatable; wins over files)')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--charts', '--charts', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Take every image from this registry and folder, such as registry.example.com/istio')
            [CompletionResult]::new('--image-pull-secret', '--image-pull-secret', [CompletionResultType]::ParameterName, 'Pull images with this Secret: in every service account, and in injected pods')
            [CompletionResult]::new('--size', '--size', [CompletionResultType]::ParameterName, 'Lower what is requested, for small clusters; below what files and --set say: tiny')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: yaml, json')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: yaml, json')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Go on after validation errors, showing them as warnings')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;manifest;diff' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;manifest;help' {
            [CompletionResult]::new('generate', 'generate', [CompletionResultType]::ParameterValue, 'Print every object an installation consists of, as YAML')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what differs between two manifests, object by object; exit 1 if anything does')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;manifest;help;generate' {
            break
        }
        'mesh;manifest;help;diff' {
            break
        }
        'mesh;manifest;help;help' {
            break
        }
        'mesh;export' {
            [CompletionResult]::new('--helm', '--helm', [CompletionResultType]::ParameterName, 'Write values, patches, a script and a README for Helm into this folder, which is new or empty')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'IstioOperator file, or `-` for stdin (repeatable; later files win)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'IstioOperator file, or `-` for stdin (repeatable; later files win)')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Set a value, such as profile=demo (repeatable; wins over files)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a value, such as profile=demo (repeatable; wins over files)')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--charts', '--charts', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Take every image from this registry and folder, such as registry.example.com/istio')
            [CompletionResult]::new('--image-pull-secret', '--image-pull-secret', [CompletionResultType]::ParameterName, 'Pull images with this Secret: in every service account, and in injected pods')
            [CompletionResult]::new('--size', '--size', [CompletionResultType]::ParameterName, 'Lower what is requested, for small clusters; below what files and --set say: tiny')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Go on after validation errors, showing them as warnings')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;images' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'IstioOperator file, or `-` for stdin (repeatable; later files win)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'IstioOperator file, or `-` for stdin (repeatable; later files win)')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Set a value, such as profile=demo (repeatable; wins over files)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a value, such as profile=demo (repeatable; wins over files)')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('--charts', '--charts', [CompletionResultType]::ParameterName, 'Render Istio''s own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Take every image from this registry and folder, such as registry.example.com/istio')
            [CompletionResult]::new('--image-pull-secret', '--image-pull-secret', [CompletionResultType]::ParameterName, 'Pull images with this Secret: in every service account, and in injected pods')
            [CompletionResult]::new('--size', '--size', [CompletionResultType]::ParameterName, 'Lower what is requested, for small clusters; below what files and --set say: tiny')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Go on after validation errors, showing them as warnings')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;profile' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the profiles')
            [CompletionResult]::new('dump', 'dump', [CompletionResultType]::ParameterValue, 'Print what a profile sets')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what differs between two profiles; exit 1 if anything does')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;profile;list' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;profile;dump' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: yaml, json, flags')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: yaml, json, flags')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;profile;diff' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;profile;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the profiles')
            [CompletionResult]::new('dump', 'dump', [CompletionResultType]::ParameterValue, 'Print what a profile sets')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what differs between two profiles; exit 1 if anything does')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;profile;help;list' {
            break
        }
        'mesh;profile;help;dump' {
            break
        }
        'mesh;profile;help;diff' {
            break
        }
        'mesh;profile;help;help' {
            break
        }
        'mesh;values' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Tell the type and the default of a value, and which profile sets it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;values;explain' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;values;help' {
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Tell the type and the default of a value, and which profile sets it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;values;help;explain' {
            break
        }
        'mesh;values;help;help' {
            break
        }
        'mesh;version' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the result: text, json, yaml')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the result: text, json, yaml')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('--client', '--client', [CompletionResultType]::ParameterName, 'Print the client''s version only; makes no connection')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;completion' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig to use')
            [CompletionResult]::new('--expect-context', '--expect-context', [CompletionResultType]::ParameterName, 'Refuse to run when the context has another name (a guard for CI)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of Istio''s control plane')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to act as')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to act as (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of the whole command, such as 90s or 1h')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before changing or removing existing objects')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what is done; -vv prints every request too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mesh;help' {
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Install Istio, or change an installation, and wait until it works')
            [CompletionResult]::new('upgrade', 'upgrade', [CompletionResultType]::ParameterValue, 'Change an installation, from its recorded inputs and the given ones')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show how what is wanted differs from what is there; exit 1 if anything does')
            [CompletionResult]::new('rollback', 'rollback', [CompletionResultType]::ParameterValue, 'Go back to what was there before a change')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'List the changes of an installation')
            [CompletionResult]::new('uninstall', 'uninstall', [CompletionResultType]::ParameterValue, 'Remove Istio, or one revision of it, and wait until it is gone')
            [CompletionResult]::new('revision', 'revision', [CompletionResultType]::ParameterValue, 'Show the revisions of Istio in a cluster, and who uses them')
            [CompletionResult]::new('tag', 'tag', [CompletionResultType]::ParameterValue, 'Make, move, list and remove revision tags')
            [CompletionResult]::new('inject', 'inject', [CompletionResultType]::ParameterValue, 'Put the proxy into workloads of a file, without a cluster')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show a mesh on one screen: components, webhooks, certificates, namespaces, proxies')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Find what keeps Istio from being installed, and what is wrong with it')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Verify that what runs is what was asked for: objects, workloads, webhooks, proxies')
            [CompletionResult]::new('describe', 'describe', [CompletionResultType]::ParameterValue, 'Show a deployment, pod, service, namespace or gateway as kubectl does, and what the mesh makes of it')
            [CompletionResult]::new('uninject', 'uninject', [CompletionResultType]::ParameterValue, 'Take the proxy out of workloads of a file again, without a cluster')
            [CompletionResult]::new('manifest', 'manifest', [CompletionResultType]::ParameterValue, 'Print the objects of an installation without a cluster')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write the same installation for Helm, with upstream''s charts')
            [CompletionResult]::new('images', 'images', [CompletionResultType]::ParameterValue, 'List every image of an installation, those of injected pods included')
            [CompletionResult]::new('profile', 'profile', [CompletionResultType]::ParameterValue, 'Show the profiles and what they set')
            [CompletionResult]::new('values', 'values', [CompletionResultType]::ParameterValue, 'Show what a value is and who sets it')
            [CompletionResult]::new('version', 'version', [CompletionResultType]::ParameterValue, 'Print the versions of the client, the control plane and the proxies')
            [CompletionResult]::new('completion', 'completion', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;help;install' {
            break
        }
        'mesh;help;upgrade' {
            break
        }
        'mesh;help;diff' {
            break
        }
        'mesh;help;rollback' {
            break
        }
        'mesh;help;history' {
            break
        }
        'mesh;help;uninstall' {
            break
        }
        'mesh;help;revision' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the revisions with their versions, tags, namespaces, proxies and gateways')
            break
        }
        'mesh;help;revision;list' {
            break
        }
        'mesh;help;tag' {
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Make a tag, or let it lead to another revision')
            [CompletionResult]::new('generate', 'generate', [CompletionResultType]::ParameterValue, 'Print the objects of a tag, without writing anything')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the tags, with the revisions they lead to and the namespaces that use them')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove a tag that nobody uses')
            break
        }
        'mesh;help;tag;set' {
            break
        }
        'mesh;help;tag;generate' {
            break
        }
        'mesh;help;tag;list' {
            break
        }
        'mesh;help;tag;remove' {
            break
        }
        'mesh;help;inject' {
            break
        }
        'mesh;help;status' {
            break
        }
        'mesh;help;check' {
            break
        }
        'mesh;help;verify' {
            break
        }
        'mesh;help;describe' {
            break
        }
        'mesh;help;uninject' {
            break
        }
        'mesh;help;manifest' {
            [CompletionResult]::new('generate', 'generate', [CompletionResultType]::ParameterValue, 'Print every object an installation consists of, as YAML')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what differs between two manifests, object by object; exit 1 if anything does')
            break
        }
        'mesh;help;manifest;generate' {
            break
        }
        'mesh;help;manifest;diff' {
            break
        }
        'mesh;help;export' {
            break
        }
        'mesh;help;images' {
            break
        }
        'mesh;help;profile' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the profiles')
            [CompletionResult]::new('dump', 'dump', [CompletionResultType]::ParameterValue, 'Print what a profile sets')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what differs between two profiles; exit 1 if anything does')
            break
        }
        'mesh;help;profile;list' {
            break
        }
        'mesh;help;profile;dump' {
            break
        }
        'mesh;help;profile;diff' {
            break
        }
        'mesh;help;values' {
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Tell the type and the default of a value, and which profile sets it')
            break
        }
        'mesh;help;values;explain' {
            break
        }
        'mesh;help;version' {
            break
        }
        'mesh;help;completion' {
            break
        }
        'mesh;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
