//! What public reports and a real node broke, and the tests that hold the right behaviour: a row a situation.
//!
//! The ids are those of the report. A test that a row names has to exist.

use std::collections::BTreeSet;

use crate::pains::missing;

/// Id, situation, and the tests, each `FILE::FUNCTION` below `tests/it`. Two rows are rules that
/// unit tests hold: `C10`, the image of the proxy (`inject::data`), and `F7`, which lines of a log are shown
/// (`status::explain::log`).
const FIELD: &[(&str, &str, &[&str])] = &[
    (
        "A1",
        "a control plane and gateways in files of their own take each other down",
        &["installations::a_control_plane_and_gateways_live_side_by_side"],
    ),
    (
        "A2",
        "a canary that goes takes what the other revision shares",
        &["installations::what_two_revisions_share_goes_to_the_one_that_stays"],
    ),
    (
        "A3",
        "what kubectl applied is half removed, its CA first",
        &["uninstall::a_control_plane_of_others_goes_whole_or_not_at_all"],
    ),
    (
        "A4",
        "a rollback cannot make anew what cannot be changed",
        &[
            "rollback::every_kind_that_cannot_be_changed_is_made_again",
            "replaced::what_is_made_anew_is_tried_before_and_can_be_undone",
        ],
    ),
    (
        "A5",
        "the old workload goes before the new one is known to be taken",
        &["replaced::what_is_made_anew_is_tried_before_and_can_be_undone"],
    ),
    (
        "A6",
        "the first step of a remote cluster fails after half a minute",
        &[
            "remote::the_first_step_of_a_remote_cluster_is_done_at_once",
            "remote::a_remote_cluster_that_leads_nowhere_is_told_so",
        ],
    ),
    (
        "A7",
        "webhooks that a gone control plane left keep every installation from succeeding",
        &[
            "install_webhooks::what_a_control_plane_that_is_gone_has_left_of_the_default_is_taken_over",
            "status::a_mesh_is_shown_and_checked_from_its_beginning_to_its_end",
        ],
    ),
    (
        "A8",
        "a second control plane takes the default of the first",
        &["installations::what_two_revisions_share_goes_to_the_one_that_stays"],
    ),
    (
        "A9",
        "a canary beside what kubectl applied gives a pod two webhooks",
        &["tag::the_default_is_moved_by_nobody_but_tag_set"],
    ),
    (
        "B",
        "a first installation is refused in the middle",
        &[
            "install_tried::a_first_installation_that_is_refused_leaves_nothing",
            "install_tried::what_policies_deny_leaves_nothing_and_a_dry_run_says_no",
        ],
    ),
    (
        "C1",
        "what manifest generate prints is not as wanted once it is applied",
        &["gitops::what_an_engine_applied_as_it_was_printed_is_as_wanted"],
    ),
    (
        "C2",
        "a profile that nobody chose is compared with",
        &["installations::what_two_revisions_share_goes_to_the_one_that_stays"],
    ),
    (
        "C3",
        "an empty default revision makes a default tag",
        &["registry::without_a_default_revision_there_is_no_default_tag"],
    ),
    (
        "C4",
        "a version is taken from a label, not from the image",
        &[
            "gitops::what_a_person_applied_is_told_of_where_its_version_is_refused",
            "change::gateways_keep_their_pods_and_what_others_broke_is_mended",
        ],
    ),
    (
        "C5",
        "a recorded setting wins over the one that is given now",
        &["registry::a_registry_that_is_given_now_wins_over_the_recorded_one"],
    ),
    ("C6", "each command counts other users of a revision", &["users::every_command_counts_the_same_users"]),
    ("C7", "pods of rarer owners are not compared", &["users::every_command_counts_the_same_users"]),
    (
        "C8",
        "ProxyConfig resources are ignored",
        &["enrol/proxy_config::proxy_configs_are_merged_as_istiod_merges_them"],
    ),
    ("C9", "a pinned proxy is outdated for ever", &["users::every_command_counts_the_same_users"]),
    ("C11", "the default tag moves by itself", &["tag::the_default_is_moved_by_nobody_but_tag_set"]),
    (
        "C12",
        "two restarts in one second are one",
        &["enrol/care::every_kind_restarts_in_its_own_way_and_the_rest_is_named"],
    ),
    (
        "C13",
        "native sidecars are not what the settings say",
        &[
            "inject_files::native_sidecars_are_what_the_settings_of_istiod_say",
            "inject_files::a_pod_with_a_container_twice_is_told",
        ],
    ),
    ("C14", "control planes of other namespaces are left out", &["users::every_command_counts_the_same_users"]),
    (
        "C15",
        "a label of istio-system fails every installation",
        &["screens::every_question_stands_alone_on_the_screen"],
    ),
    (
        "C16",
        "older kinds of workloads, and JSON in another case, pass without a word",
        &[
            "inject_files::older_versions_of_workloads_are_injected",
            "inject_files::workloads_of_kinds_that_are_not_known_are_named",
            "inject_files::keys_of_json_in_annotations_are_taken_in_any_case",
        ],
    ),
    ("C17", "a key twice in a chart is refused", &["charts::of_a_key_that_is_there_twice_the_last_counts"]),
    (
        "C18",
        "settings that cancel each other out are not told",
        &["install_tried::what_policies_deny_leaves_nothing_and_a_dry_run_says_no"],
    ),
    ("C19", "what istiod made for Gateways stays unnamed", &["uninstall::what_istiod_made_for_gateways_is_named"]),
    (
        "C20",
        "of an umbrella release foreign objects are adopted too",
        &["adopt::of_an_umbrella_only_istio_is_taken", "adopt::records_are_found_wherever_helm_keeps_them"],
    ),
    ("D", "what keeps a mesh from working is not found", &["seen::what_does_not_work_is_found"]),
    (
        "E",
        "hints that cannot be typed, or lead elsewhere",
        &[
            "usage::a_command_of_others_is_named_as_that",
            "usage::a_flag_of_others_leads_to_what_does_the_same",
            "usage::a_group_without_a_command_is_its_help",
        ],
    ),
    (
        "F1",
        "an image that was pushed meanwhile is still missing",
        &["install_recovers::what_passes_or_was_before_the_run_does_not_end_it"],
    ),
    ("F2", "crashes of long ago end the run", &["install_recovers::what_passes_or_was_before_the_run_does_not_end_it"]),
    ("F3", "a restart that is out of time tells no cause", &["enrol/causes::causes_are_those_of_an_installation"]),
    ("F4", "proxies older than the root certificate are not found", &["users::every_command_counts_the_same_users"]),
    ("F5", "a component that does not run is no finding", &["seen::what_does_not_work_is_found"]),
    ("F6", "a pod that terminates is a finding", &["users::every_command_counts_the_same_users"]),
    ("F8", "a node whose kubelet is gone is not named", &["install_recovers::nodes_that_are_not_well_are_named"]),
    (
        "F9",
        "nobody says what new pods get after a failed upgrade",
        &["install_recovers::after_a_failed_upgrade_it_is_said_what_new_pods_get"],
    ),
    ("F10", "one hint for several causes", &["install_causes::each_cause_is_named"]),
    ("F11", "Pod Security of istio-system is looked at too late", &["seen::what_does_not_work_is_found"]),
    (
        "F12",
        "what is left after an uninstallation is not as wanted for ever",
        &["installations::what_two_revisions_share_goes_to_the_one_that_stays"],
    ),
    ("G1", "a label of istio-system fails every proof", &["screens::every_question_stands_alone_on_the_screen"]),
    ("G2", "a label of the user's is deleted after a way back", &["replaced::a_rollback_owns_nothing_that_was_others"]),
    (
        "G3",
        "a plugin of the kubeconfig hangs, or is asked without end",
        &["server::plugins_are_named_bounded_and_asked_no_more_than_needed"],
    ),
    (
        "G4",
        "a template tells the version of pods that are replaced by hand",
        &["users::every_command_counts_the_same_users"],
    ),
    ("G5", "what is there is called missing", &["tag::the_default_is_moved_by_nobody_but_tag_set"]),
    ("G6", "definitions of an older schema are not found", &["seen::what_does_not_work_is_found"]),
    ("G7", "a restricted namespace restarts before anybody looks", &["seen::what_does_not_work_is_found"]),
    ("G8", "a change is written without its record", &["install_tried::what_cannot_be_recorded_is_not_done"]),
    (
        "G9",
        "owners and objects of others' making",
        &[
            "users::every_command_counts_the_same_users",
            "uninstall::what_istiod_made_for_gateways_is_named",
            "enrol/proxy_config::proxy_configs_are_merged_as_istiod_merges_them",
        ],
    ),
    (
        "question",
        "a spinner stands where the question should be",
        &[
            "screens::every_question_stands_alone_on_the_screen",
            "screens::a_first_day_looks_as_kept_with_and_without_colour",
        ],
    ),
];

#[test]
fn every_situation_has_its_tests() {
    let mut ids = BTreeSet::new();
    for (id, situation, tests) in FIELD {
        assert!(ids.insert(id), "{id} is there twice");
        assert!(!tests.is_empty(), "{id}, {situation}: no test");
        let missing: Vec<String> = tests.iter().filter_map(|test| missing(test)).collect();
        assert!(missing.is_empty(), "{id}, {situation}: {}", missing.join("; "));
    }
}
