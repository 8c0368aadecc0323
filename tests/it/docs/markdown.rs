//! Markdown as far as the tests of the documentation need it: code blocks, links and headings.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A page of the repository.
pub(crate) struct Page {
    /// Its path below the repository.
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// A fenced block of code.
#[derive(Debug)]
pub(crate) struct Block {
    /// The first word after the fence, such as `console`.
    pub(crate) language: String,
    /// What a comment right above it says: `<!-- on a cluster -->`.
    pub(crate) marker: String,
    /// The number of its first line, from 1.
    pub(crate) line: usize,
    pub(crate) lines: Vec<String>,
}

/// A command of a `console` block and what it printed.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) line: usize,
    pub(crate) command: String,
    /// From a line `? CODE` below the command; 0 without.
    pub(crate) code: i32,
    pub(crate) output: Vec<String>,
}

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The README, then the pages of `docs/` by their names: what users read, and what runs.
pub(crate) fn shown() -> Vec<Page> {
    let is_shown = |page: &Page| page.path == Path::new("README.md") || page.path.starts_with("docs");
    let mut pages: Vec<Page> = pages().into_iter().filter(is_shown).collect();
    pages.sort_by_key(|page| page.path.starts_with("docs"));
    pages
}

/// The files that these pages show. One that several show is the same everywhere.
pub(crate) fn files() -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, (PathBuf, String)> = BTreeMap::new();
    for page in shown() {
        for (name, text) in page.files() {
            let (other, known) = all.entry(name.clone()).or_insert_with(|| (page.path.clone(), text.clone()));
            assert_eq!(*known, text, "{} and {} show another {name}", other.display(), page.path.display());
        }
    }
    all.into_iter().map(|(name, (_, text))| (name, text)).collect()
}

/// Writes these files into a folder.
pub(crate) fn write(files: &BTreeMap<String, String>, folder: &Path) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
}

/// Every page of the repository.
pub(crate) fn pages() -> Vec<Page> {
    let mut pages = Vec::new();
    let mut folders = vec![root().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a readable folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if path.is_dir() && !name.starts_with('.') && name != "target" {
                folders.push(path);
            } else if name.ends_with(".md") {
                pages.push(Page::read(path.strip_prefix(root()).expect("below the root")));
            }
        }
    }
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    pages
}

impl Page {
    pub(crate) fn read(path: impl AsRef<Path>) -> Self {
        let path = path.as_ref().to_owned();
        let text = fs::read_to_string(root().join(&path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { path, text }
    }

    /// `README.md:12`.
    pub(crate) fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.path.display())
    }

    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut lines = self.text.lines().zip(1..);
        let mut above = "";
        while let Some((line, number)) = lines.next() {
            if let Some(language) = line.strip_prefix("```") {
                let marker = above.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->")).unwrap_or_default();
                blocks.push(Block {
                    language: language.to_owned(),
                    marker: marker.to_owned(),
                    line: number + 1,
                    lines: lines.by_ref().map(|(line, _)| line.to_owned()).take_while(|line| line != "```").collect(),
                });
            }
            above = line;
        }
        blocks
    }

    /// The files that the page shows whole: blocks whose first line is a comment with the file's name.
    pub(crate) fn files(&self) -> BTreeMap<String, String> {
        let named = |block: Block| {
            let first = block.lines.first()?;
            let name = first.strip_prefix("# ").or_else(|| first.strip_prefix("// "))?;
            let is_name = !name.contains(' ') && (name.contains('.') || name == "Jenkinsfile");
            is_name.then(|| (name.to_owned(), block.lines.join("\n") + "\n"))
        };
        self.blocks().into_iter().filter(|block| block.language != "console").filter_map(named).collect()
    }

    /// Everything outside of blocks, each line with its number.
    fn prose(&self) -> impl Iterator<Item = (usize, &str)> {
        let mut inside = false;
        self.text.lines().zip(1..).filter_map(move |(line, number)| {
            let fence = line.starts_with("```");
            inside ^= fence;
            (!inside && !fence).then_some((number, line))
        })
    }

    /// The targets of `[text](target)`.
    pub(crate) fn links(&self) -> Vec<(usize, String)> {
        let mut links = Vec::new();
        for (number, line) in self.prose() {
            let after = line.split("](").skip(1);
            links.extend(after.filter_map(|rest| Some((number, rest.split_once(')')?.0.to_owned()))));
        }
        links
    }

    /// What `#…` may name: the headings in lower case, spaces as hyphens, other signs left out; and what `<a id="…">` names.
    pub(crate) fn anchors(&self) -> Vec<String> {
        let headings = self.prose().filter_map(|(_, line)| line.strip_prefix('#'));
        let sign = |c: char| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c.to_ascii_lowercase()),
            _ => None,
        };
        let headings =
            headings.map(|heading| heading.trim_start_matches('#').trim().chars().filter_map(sign).collect());
        let named = self.prose().flat_map(|(_, line)| line.split("<a id=\"").skip(1));
        headings.chain(named.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()))).collect()
    }

    /// The cells of every row of every table.
    pub(crate) fn rows(&self) -> Vec<Vec<&str>> {
        let rows = self.prose().filter_map(|(_, line)| line.strip_prefix('|')?.strip_suffix('|'));
        rows.map(|row| row.split('|').map(str::trim).collect()).collect()
    }
}

impl Block {
    /// The commands of a `console` block.
    pub(crate) fn steps(&self) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        for (line, number) in self.lines.iter().zip(self.line..) {
            if let Some(command) = line.strip_prefix("$ ") {
                steps.push(Step { line: number, command: command.to_owned(), code: 0, output: Vec::new() });
                continue;
            }
            let step = steps.last_mut().unwrap_or_else(|| panic!("line {number}: output without a command"));
            match line.strip_prefix("? ") {
                Some(code) if step.output.is_empty() => step.code = code.parse().expect("an exit code"),
                _ => step.output.push(line.clone()),
            }
        }
        steps
    }

    /// Its commands where it is a session; none elsewhere.
    pub(crate) fn steps_if_console(&self) -> Vec<Step> {
        if self.language == "console" { self.steps() } else { Vec::new() }
    }

    /// The lines that are typed: all of a script, the commands of a session. A `\` at the end continues a line.
    pub(crate) fn typed(&self) -> Vec<(usize, String)> {
        let mut typed: Vec<(usize, String)> = Vec::new();
        let mut continues = false;
        for (line, number) in self.lines.iter().zip(self.line..) {
            let text = match (self.language.as_str(), continues) {
                ("console", false) => match line.strip_prefix("$ ") {
                    Some(command) => command,
                    None => continue,
                },
                ("console", true) => line.strip_prefix("> ").unwrap_or(line),
                _ => line.as_str(),
            };
            let whole = text.strip_suffix('\\').unwrap_or(text);
            match typed.last_mut() {
                Some((_, last)) if continues => last.push_str(whole),
                _ => typed.push((number, whole.to_owned())),
            }
            continues = whole.len() < text.len();
        }
        typed
    }
}

#[test]
fn blocks_and_links_are_found() {
    let text = "# A `b` C!\n[x](y.md#z) and [w](#a-b-c) <a id=\"d-e\"></a>\n<!-- on a cluster -->\n```console\n$ mesh x \\\n> y\n? 2\nout\n```\n\n```yaml\n# f.yaml\na: [b](c)\n```\n";
    let page = Page { path: "p.md".into(), text: text.into() };
    let blocks = page.blocks();
    assert_eq!((blocks.len(), blocks[0].marker.as_str(), blocks[0].line), (2, "on a cluster", 5));
    assert_eq!(blocks[0].typed(), [(5, "mesh x y".to_owned())]);
    assert_eq!(page.links(), [(2, "y.md#z".to_owned()), (2, "#a-b-c".to_owned())]);
    assert_eq!(page.anchors(), ["a-b-c", "d-e"]);
    assert_eq!(page.files().into_iter().collect::<Vec<_>>(), [("f.yaml".into(), "# f.yaml\na: [b](c)\n".into())]);
}
