//! From text to trees: lexer, literals, parser, ast.

pub(crate) mod ast;
mod lexer;
mod literal;
mod parser;

pub(crate) use parser::parse;
