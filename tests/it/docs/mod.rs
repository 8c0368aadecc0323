//! The documentation is true: what it shows runs as written, names commands that are there, and links that lead somewhere.
//!
//! A `console` block holds commands after `$` and what they print; a line `? CODE` says that one fails. Blocks below a
//! comment `<!-- on a cluster -->` run on a test control plane, one after the other, all other `console` blocks offline.
//! Of `sh` blocks every `mesh` has to be a command line that `mesh` takes. `...` stands for any lines, `[..]` for a part of
//! one. A block whose first line is a comment with a file's name is that file, on every page.

mod cluster;
mod ids;
mod markdown;
pub(crate) mod shell;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use mesh::error::Kind;
use mesh::report::schema::Document;

use crate::architecture::walk;
use crate::generated::{command, commands};
use markdown::{Page, files, pages, root, shown, write};

/// The comment above blocks that need a cluster.
const ON_A_CLUSTER: &str = "on a cluster";

fn readme() -> Page {
    Page::read("README.md")
}

/// A file that a page shows.
pub(crate) fn shown_file(name: &str) -> String {
    files()[name].clone()
}

/// The name of an exit code in the table of the README; no wildcard, so that a new kind has to be given one.
fn meaning(kind: Kind) -> &'static str {
    match kind {
        Kind::Failed => "The answer is no",
        Kind::Usage => "Wrong usage or bad input",
        Kind::Cluster => "The cluster",
        Kind::TimedOut => "Timed out",
        Kind::Interrupted => "Interrupted",
        Kind::Terminated => "Terminated",
    }
}

/// The page as trycmd wants it: it runs every `console` block, so those that need a cluster are called something else;
/// and it wants an empty line for the end of the last line of every output.
fn for_trycmd(page: &Page) -> String {
    let mut lines: Vec<String> = page.text.lines().map(str::to_owned).collect();
    for block in page.blocks().iter().filter(|block| block.language == "console") {
        if !block.marker.is_empty() {
            "```text".clone_into(&mut lines[block.line - 2]);
            continue;
        }
        for step in block.steps() {
            let last = &mut lines[step.line - 1 + usize::from(step.code != 0) + step.output.len()];
            last.push('\n');
        }
    }
    lines.join("\n") + "\n"
}

#[test]
fn offline_sessions_run_as_written() {
    let (folder, files) = (tempfile::tempdir().expect("a folder"), files());
    let cases = trycmd::TestCases::new();
    cases.register_bin("mesh", Path::new(env!("CARGO_BIN_EXE_mesh")));
    cases.env("KUBECONFIG", "/nowhere");
    let is_offline =
        |page: &Page| page.blocks().iter().any(|block| block.language == "console" && block.marker.is_empty());
    let pages: Vec<Page> = shown().into_iter().filter(is_offline).collect();
    assert!(pages.len() > 4);
    for page in pages {
        let copy = folder.path().join(page.path.display().to_string().replace('/', "-"));
        fs::write(&copy, for_trycmd(&page)).expect("a copy");
        write(&files, &copy.with_extension("in"));
        cases.case(&copy);
    }
    cases.run();
}

#[test]
fn every_command_line_is_understood() {
    let mut wrong = Vec::new();
    for page in pages() {
        for block in page.blocks() {
            if !matches!(block.language.as_str(), "sh" | "console" | "yaml" | "groovy" | "text") {
                continue;
            }
            for (line, text) in block.typed() {
                // In YAML and Groovy a command stands behind `run:`, `-` or `sh`.
                let text = text.trim_start_matches([' ', '-', '$']).trim_start_matches("run: ");
                let text = text.strip_prefix("sh '").map_or(text, |rest| rest.trim_end_matches('\''));
                let commands = shell::mesh_commands(text);
                // What is wrong on purpose is shown in sessions with its exit code.
                let fails = block.steps_if_console().iter().any(|step| step.line == line && step.code == 2);
                let told = commands.iter().filter_map(|args| shell::misunderstood(args)).filter(|_| !fails);
                wrong.extend(told.map(|why| format!("{}: {why}", page.place(line))));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What command lines name: the words of each up to its first flag, and every beginning of these.
fn named(lines: impl Iterator<Item = Vec<String>>) -> BTreeSet<Vec<String>> {
    let words = lines.map(|args| args.into_iter().take_while(|word| !word.starts_with('-')).collect::<Vec<String>>());
    words.flat_map(|words| (1..=words.len()).map(|length| words[..length].to_vec()).collect::<Vec<_>>()).collect()
}

fn missing(shown: &BTreeSet<Vec<String>>, is_wanted: impl Fn(&[String]) -> bool) -> Vec<String> {
    let all = commands().into_iter().map(|(words, _)| words);
    all.filter(|words| is_wanted(words) && !shown.contains(words)).map(|words| words.join(" ")).collect()
}

/// What the recipes for CI run; words that the shell fills in are left out.
#[test]
fn every_command_of_the_recipes_is_understood() {
    let (mut seen, mut wrong) = (0, Vec::new());
    for name in ["github/action.yml", "gitlab/template.yml"] {
        let text = fs::read_to_string(root().join("crates/dist/recipes").join(name)).expect("a recipe");
        for line in text.lines() {
            for mut args in shell::mesh_commands(line.trim()) {
                args.retain(|word| !word.starts_with('$'));
                seen += 1;
                wrong.extend(shell::misunderstood(&args).map(|why| format!("{name}: {why}")));
            }
        }
    }
    assert_eq!(seen, 5, "commands");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_command_has_an_example_on_a_page() {
    let pages = shown().into_iter().filter(|page| page.path.starts_with("docs"));
    let blocks: Vec<_> = pages.flat_map(|page| page.blocks()).collect();
    let blocks = blocks.iter().filter(|block| matches!(block.language.as_str(), "sh" | "console"));
    let lines = blocks.flat_map(|block| block.typed()).flat_map(|(_, text)| shell::mesh_commands(&text));
    let silent = missing(&named(lines), |_| true);
    assert!(silent.is_empty(), "the pages of docs/ show no example of: {}", silent.join(", "));
}

#[test]
fn the_readme_lists_every_command_with_an_example_and_its_page() {
    let (page, mut lines) = (readme(), Vec::new());
    for row in page.rows() {
        let Some(link) = row[0].strip_prefix("[`").and_then(|rest| rest.split_once("](")) else { continue };
        assert!(link.1.starts_with("docs/") && link.1.contains('#'), "{row:?}");
        let example = row[1].trim_matches('`');
        let found = shell::mesh_commands(example);
        assert_eq!(found.len(), 1, "{row:?}");
        assert_eq!(shell::misunderstood(&found[0]), None, "{row:?}");
        let name = link.0.trim_end_matches('`');
        assert!(example.strip_prefix("mesh ").is_some_and(|rest| rest.starts_with(name)), "{row:?}");
        lines.extend(found);
    }
    let silent = missing(&named(lines.into_iter()), |words| words.len() < 3);
    assert!(silent.is_empty(), "README.md lists no {}", silent.join(", "));
    assert!(page.text.lines().count() <= 250, "README.md is long: what is said in detail has its page in docs/");
}

#[test]
fn every_page_is_in_the_list_of_pages() {
    let list = Page::read("docs/README.md");
    let listed: BTreeSet<String> = list.links().into_iter().map(|(_, link)| link).collect();
    let pages = shown().into_iter().filter(|page| page.path.starts_with("docs") && page.path != list.path);
    let names = pages.filter_map(|page| Some(page.path.file_name()?.to_string_lossy().into_owned()));
    let silent: Vec<String> = names.filter(|name| !listed.contains(name)).collect();
    assert!(silent.is_empty(), "docs/README.md does not link {}", silent.join(", "));
}

#[test]
fn every_document_is_on_its_page_with_its_commands() {
    let page = Page::read("docs/json.md");
    let rows = page.rows().into_iter().filter(|row| row[0].starts_with('`'));
    let listed: Vec<(&str, &str)> = rows.map(|row| (row[0].trim_matches('`'), row[1])).collect();
    let commands = |one: Document| match one.commands() {
        ["every command with -o json"] => "every command with `-o json`".to_owned(),
        commands => commands.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    };
    let all: Vec<(&str, String)> = Document::all().map(|one| (one.name(), commands(one))).collect();
    assert_eq!(listed, all.iter().map(|(name, commands)| (*name, commands.as_str())).collect::<Vec<_>>());
}

#[test]
fn every_folder_of_the_sources_is_on_the_page_of_the_architecture() {
    let page = Page::read("docs/architecture.md");
    let told: BTreeSet<&str> =
        page.rows().iter().flat_map(|row| row[0].split('`')).filter_map(|name| name.strip_suffix('/')).collect();
    let entries = fs::read_dir(root().join("src")).expect("the sources").map(|entry| entry.expect("an entry").path());
    let folders: BTreeSet<String> = entries
        .filter(|path| path.is_dir())
        .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .collect();
    assert_eq!(told, folders.iter().map(String::as_str).collect());
}

#[test]
fn exit_codes_are_those_of_the_program() {
    let page = readme();
    let documented: BTreeMap<u8, &str> =
        page.rows().into_iter().filter_map(|row| Some((row.first()?.parse().ok()?, *row.get(1)?))).collect();
    let kinds = [Kind::Failed, Kind::Usage, Kind::Cluster, Kind::TimedOut, Kind::Interrupted, Kind::Terminated];
    for kind in kinds {
        let text = documented.get(&kind.exit_code()).unwrap_or_else(|| panic!("README.md has no row for {kind:?}"));
        assert!(text.starts_with(meaning(kind)), "{}: {text}", kind.exit_code());
    }
    let codes: BTreeSet<u8> = kinds.iter().map(|kind| kind.exit_code()).chain([0]).collect();
    assert_eq!(documented.keys().copied().collect::<BTreeSet<u8>>(), codes, "README.md");

    let help = command().get_after_help().map(ToString::to_string).unwrap_or_default();
    let table = help.split("Exit codes:\n").nth(1).expect("`mesh --help` lists the exit codes");
    let listed = table.lines().flat_map(|line| {
        line.split([' ', ',']).map_while(|word| match word {
            "" => Some(None),
            word => word.parse::<u8>().ok().map(Some),
        })
    });
    assert_eq!(listed.flatten().collect::<BTreeSet<u8>>(), codes, "mesh --help");
}

#[test]
fn links_lead_somewhere() {
    let mut wrong = Vec::new();
    for page in pages() {
        for (line, link) in page.links() {
            if link.contains("://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = page.path.parent().unwrap_or(Path::new("")).join(file);
            let found = if file.is_empty() { page.path.clone() } else { target };
            if !root().join(&found).exists() {
                wrong.push(format!("{}: {link}: there is no such file", page.place(line)));
            } else if !anchor.is_empty() && !Page::read(&found).anchors().iter().any(|known| known == anchor) {
                wrong.push(format!("{}: {link}: there is no such heading", page.place(line)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Names of functions below `tests/it`.
fn functions() -> BTreeSet<String> {
    let pattern = regex::Regex::new(r"(?m)^\s*(?:pub(?:\(\w+\))? )?fn (\w+)").expect("a pattern");
    let mut found = BTreeSet::new();
    walk(&root().join("tests/it"), &mut |path| {
        let text = fs::read_to_string(path).expect("a source");
        found.extend(pattern.captures_iter(&text).map(|name| name[1].to_owned()));
    });
    found
}

#[test]
fn every_test_that_the_pages_name_exists() {
    let pattern = regex::Regex::new(r"(?:`|--test it )((?:\w+::)+)(\w+)").expect("a pattern");
    let (functions, mut named, mut wrong) = (functions(), 0, Vec::new());
    for page in shown().into_iter().chain([Page::read("CONTRIBUTING.md")]) {
        for found in pattern.captures_iter(&page.text) {
            let module = root().join("tests/it").join(found[1].split("::").next().unwrap_or_default());
            if !module.is_dir() && !module.with_extension("rs").is_file() {
                continue;
            }
            named += 1;
            let is_module = module.join(&found[2]).is_dir() || module.join(&found[2]).with_extension("rs").is_file();
            if !is_module && !functions.contains(&found[2]) {
                wrong.push(format!("{}: {}{}", page.path.display(), &found[1], &found[2]));
            }
        }
    }
    assert!(named > 8, "{named}");
    assert!(wrong.is_empty(), "there is no {}", wrong.join(", "));
}

#[test]
fn every_variable_of_the_tests_is_explained() {
    let explained = Page::read("CONTRIBUTING.md").text;
    let pattern = regex::Regex::new(
        r#""((?:MESH_(?:TEST_[A-Z]+|BENCH_[A-Z]+|REFERENCE|UPDATE))|UPDATE_PROBES|KUBEBUILDER_ASSETS)""#,
    )
    .expect("a pattern");
    let mut silent = BTreeSet::new();
    let mut folders = ["src", "tests", "crates", "benches"].map(|folder| root().join(folder)).to_vec();
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(path).expect("a source");
                let names = pattern.captures_iter(&text).map(|found| found[1].to_owned());
                for name in names {
                    read += 1;
                    if !explained.contains(&format!("`{name}`")) {
                        silent.insert(name);
                    }
                }
            }
        }
    }
    assert!(read > 0);
    assert!(silent.is_empty(), "CONTRIBUTING.md does not explain {silent:?}");
}
