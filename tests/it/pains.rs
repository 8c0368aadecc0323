//! The pains of users of Istio's installers, and the tests that reproduce each and show ours behaving: a row a pain.
//!
//! The numbers are those of the study of what users suffer from. A test that a row names has to exist.

use std::collections::BTreeSet;
use std::path::Path;

/// Number, pain, and the tests, each `FILE::FUNCTION` below `tests/it`.
const PAINS: &[(u8, &str, &[&str])] = &[
    (
        1,
        "an installation waits for minutes and then names no cause",
        &["install_causes::each_cause_is_named", "install_causes::what_depends_on_a_failed_component_is_skipped"],
    ),
    (
        2,
        "a webhook that fails closed has nothing behind it",
        &[
            "install_webhooks::webhooks_that_do_not_work_are_named_and_taken_out",
            "install::nothing_comes_before_what_it_needs",
            "uninstall::install_and_uninstall_leave_the_api_as_it_was",
        ],
    ),
    (
        3,
        "the API server cannot reach istiod, and nobody says so",
        &[
            "install_webhooks::an_istiod_that_does_not_do_its_part_is_named",
            "install::webhooks_are_closed_after_the_proof",
        ],
    ),
    (
        4,
        "installers and controllers fight over fields",
        &["plan::drift_is_named_and_mended_and_nothing_else_is", "install::a_second_run_writes_nothing"],
    ),
    (
        5,
        "a failed change is not undone, and blocks the next",
        &[
            "change::what_is_changed_can_be_undone_and_what_others_rely_on_stays",
            "killed::at_seeded_writes",
            "install_interrupted::whatever_ends_a_run_the_next_one_completes",
            "last_words::the_last_line_is_the_command_to_type",
        ],
    ),
    (
        6,
        "nobody can see what will change",
        &[
            "diff::what_differs_is_told_and_nothing_is_written",
            "diff::on_a_fresh_cluster_it_is_tried_elsewhere_and_drift_is_told_after",
        ],
    ),
    (
        7,
        "an upgrade drops traffic",
        &[
            "change::gateways_keep_their_pods_and_what_others_broke_is_mended",
            "change::what_is_changed_can_be_undone_and_what_others_rely_on_stays",
        ],
    ),
    (
        8,
        "a pod has no sidecar, and nobody can say why",
        &[
            "describe::what_kubectl_describes_is_described_line_for_line_and_then_the_mesh",
            "enrol/label::labels_of_istio_are_looked_at_twice",
        ],
    ),
    (
        9,
        "uninstalling leaves things behind, or takes too much",
        &[
            "uninstall::install_and_uninstall_leave_the_api_as_it_was",
            "uninstall::what_users_have_stays_until_they_say_so",
            "uninstall::what_a_real_istiod_made_goes_too",
            "uninstall::what_istioctl_installed_goes_too",
        ],
    ),
    (
        10,
        "removing the CNI or ambient mode breaks nodes and pods",
        &["uninstall::one_of_two_revisions_goes_and_ambient_goes_in_the_safe_order"],
    ),
    (
        11,
        "CI has nothing to verify an installation by",
        &["verify::an_installation_is_verified_by_whoever_may_only_read"],
    ),
    (
        12,
        "a second installation silently resets what the first set",
        &["change::what_is_changed_can_be_undone_and_what_others_rely_on_stays"],
    ),
    (
        13,
        "settings of a platform have to be known by heart",
        &["platform::platforms_are_found_out_and_small_clusters_have_a_size"],
    ),
    (
        14,
        "pods keep the old proxy until somebody restarts them by script",
        &[
            "enrol/care::every_kind_restarts_in_its_own_way_and_the_rest_is_named",
            "enrol/care::a_disruption_budget_is_waited_for",
        ],
    ),
    (
        15,
        "nobody knows which revision injects what, and the default moves by itself",
        &["tag::tags_and_revisions_from_the_first_to_the_last"],
    ),
    (
        17,
        "output is made for no machine",
        &["install::stdout_is_the_checkmark_lines", "install::stderr_is_one_line_an_event"],
    ),
    (
        18,
        "images come from a registry of one's own, with credentials",
        &[
            "render::everything_can_come_from_a_registry_of_ones_own",
            "registry::a_secret_that_is_not_there_is_told_before_images_cannot_be_pulled",
        ],
    ),
    (
        19,
        "what Helm installed cannot change hands",
        &[
            "adopt::helms_objects_change_hands_there_and_back",
            "adopt/helm::helm_gives_and_takes_back",
            "install_over::what_istioctl_left_is_taken_over_in_place",
        ],
    ),
    (
        21,
        "versions are skipped or compared as texts",
        &["change::gateways_keep_their_pods_and_what_others_broke_is_mended"],
    ),
    (
        22,
        "requests do not fit on a small cluster",
        &["platform::platforms_are_found_out_and_small_clusters_have_a_size"],
    ),
    (23, "a load balancer that never comes is waited for", &["platform::load_balancers_are_never_waited_for"]),
    (
        24,
        "a mistyped setting is taken and does nothing",
        &[
            "install_input::bad_input_is_exit_2_and_asks_nothing",
            "bad_input::files_that_are_wrong_broken_or_hostile",
            "bad_input::flags_that_contradict_or_lead_nowhere",
        ],
    ),
    (
        25,
        "nothing can be told or removed when istiod does not answer",
        &["status::a_mesh_is_shown_and_checked_from_its_beginning_to_its_end"],
    ),
    (
        27,
        "Pod Security refuses what injection adds",
        &["status::a_mesh_is_shown_and_checked_from_its_beginning_to_its_end", "install_causes::each_cause_is_named"],
    ),
    (
        29,
        "it runs on the wrong cluster",
        &[
            "install_terminal::a_question_comes_before_existing_objects_change",
            "install_input::wrong_contexts_are_refused_before_anything_is_asked",
        ],
    ),
    (31, "objects come before their CRDs", &["install::nothing_comes_before_what_it_needs"]),
    (
        33,
        "a DaemonSet that no node takes counts as not ready",
        &["install_causes::a_daemon_set_that_no_node_takes_is_ready_with_a_note"],
    ),
];

fn source(module: &str) -> Option<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let file = std::fs::read_to_string(folder.join(format!("{module}.rs")));
    file.or_else(|_| std::fs::read_to_string(folder.join(module).join("mod.rs"))).ok()
}

/// The names of the tests in a source text, those that are not run by default left out.
fn tests_in(source: &str) -> Vec<&str> {
    let lines: Vec<&str> = source.lines().collect();
    let marked = lines.windows(2).filter(|pair| pair[0].trim() == "#[test]");
    marked.filter_map(|pair| pair[1].trim().strip_prefix("fn ")?.split('(').next()).collect()
}

/// Why `FILE::FUNCTION` is none of the tests that are run; none where it is one.
pub(crate) fn missing(test: &str) -> Option<String> {
    let (module, name) = test.split_once("::").unwrap_or((test, ""));
    let Some(source) = source(module) else { return Some(format!("tests/it/{module}.rs is not there")) };
    (!tests_in(&source).contains(&name)).then(|| format!("tests/it/{module}.rs has no test {name}"))
}

#[test]
fn every_test_of_the_table_exists() {
    let mut numbers = BTreeSet::new();
    for (number, pain, tests) in PAINS {
        assert!((1..=34).contains(number) && numbers.insert(number), "{number} is no pain, or there twice");
        assert!(!tests.is_empty(), "{number}, {pain}: no test");
        let missing: Vec<String> = tests.iter().filter_map(|test| missing(test)).collect();
        assert!(missing.is_empty(), "{number}, {pain}: {}", missing.join("; "));
    }
    assert!(PAINS.windows(2).all(|pair| pair[0].0 < pair[1].0), "rows in the order of their numbers");
}

#[test]
fn a_test_that_is_not_there_is_noticed() {
    let source = "#[test]\nfn a() -> Result<()> {\n}\nfn b() {}\n#[test]\n#[ignore = \"long\"]\nfn c() {}\n";
    assert_eq!(tests_in(source), ["a"]);
}
