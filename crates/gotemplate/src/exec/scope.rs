//! Which templates are seen: those of the set, and under a `tpl` its own on top.

use crate::parse::ast::Tree;
use std::{collections::BTreeMap, rc::Rc};

/// Templates by name, over those of the scope around it.
#[derive(Default)]
pub(crate) struct Scope<'a> {
    parent: Option<&'a Scope<'a>>,
    trees: BTreeMap<Rc<str>, Rc<Tree>>,
}

impl Scope<'_> {
    /// The template of this name, innermost first.
    pub(crate) fn find(&self, name: &str) -> Option<Rc<Tree>> {
        let mut scope = Some(self);
        while let Some(here) = scope {
            if let Some(tree) = here.trees.get(name) {
                return Some(tree.clone());
            }
            scope = here.parent;
        }
        None
    }

    /// Adds what one text defines; a blank tree never replaces one with content.
    pub(crate) fn add(&mut self, trees: Vec<Tree>) {
        for tree in trees {
            if tree.is_blank() && self.trees.get(&tree.name).is_some_and(|old| !old.is_blank()) {
                continue;
            }
            self.trees.insert(tree.name.clone(), Rc::new(tree));
        }
    }

    /// A scope for `trees` on top of this one.
    pub(crate) fn child(&self, trees: Vec<Tree>) -> Scope<'_> {
        let mut child = Scope { parent: Some(self), trees: BTreeMap::new() };
        for tree in trees {
            if tree.is_blank() && self.find(&tree.name).is_some() {
                continue;
            }
            child.trees.insert(tree.name.clone(), Rc::new(tree));
        }
        child
    }

    /// The names of this scope itself, in order.
    pub(crate) fn names(&self) -> Vec<Rc<str>> {
        self.trees.keys().cloned().collect()
    }
}
