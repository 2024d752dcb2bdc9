//! The Markdown of our own pages in a terminal: headings, paragraphs, lists, code. Knows no more of Markdown
//! than these pages use.

use anstyle::{AnsiColor, Style};

/// Columns that code and the further lines of a list item are moved to the right.
const INDENT: &str = "    ";

/// A page for so many columns. Colour stands in it; whoever prints takes it out where it is not wanted.
pub(crate) fn render(text: &str, width: usize) -> String {
    let mut out = String::new();
    let (mut paragraph, mut is_code) = (String::new(), false);
    for line in text.lines() {
        if line.starts_with("```") {
            flush(&mut paragraph, width, &mut out);
            is_code = !is_code;
        } else if is_code {
            let style = Style::new().fg_color(Some(AnsiColor::Cyan.into()));
            out.push_str(format!("{INDENT}{style}{line}{style:#}").trim_end());
            out.push('\n');
        } else if let Some(title) = line.strip_prefix('#') {
            flush(&mut paragraph, width, &mut out);
            out.push_str(&heading(title.trim_start_matches('#').trim()));
            out.push('\n');
        } else if line.trim().is_empty() || line.starts_with("- ") || line.starts_with('|') {
            flush(&mut paragraph, width, &mut out);
            if line.trim().is_empty() {
                out.push('\n');
            } else {
                paragraph.push_str(line);
            }
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line.trim());
        }
    }
    flush(&mut paragraph, width, &mut out);
    out
}

/// A heading.
pub(crate) fn heading(text: &str) -> String {
    let style = Style::new().bold();
    format!("{style}{text}{style:#}")
}

/// Writes a paragraph in lines of so many columns; a word stays whole.
fn flush(paragraph: &mut String, width: usize, out: &mut String) {
    let indent = if paragraph.starts_with("- ") { "  " } else { "" };
    let mut columns = 0;
    for word in words(paragraph) {
        let length = word.chars().count();
        if columns > 0 && columns + 1 + length > width {
            out.push('\n');
            out.push_str(indent);
            columns = indent.len();
        } else if columns > 0 {
            out.push(' ');
            columns += 1;
        }
        out.push_str(word);
        columns += length;
    }
    if columns > 0 {
        out.push('\n');
    }
    paragraph.clear();
}

/// The words of a paragraph; what stands in backticks is one.
fn words(paragraph: &str) -> Vec<&str> {
    let (mut words, mut start, mut is_code) = (Vec::new(), 0, false);
    for (at, next) in paragraph.char_indices() {
        is_code ^= next == '`';
        if next == ' ' && !is_code {
            words.push(&paragraph[start..at]);
            start = at + 1;
        }
    }
    words.push(&paragraph[start..]);
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_wrapped_and_its_code_is_not() {
        let page = "# X1: a title\n\n## Why\nOne two `three four` five.\n\n- first item of it\n- two\n\n```yaml\na:   long line of code that is longer\n```\n";
        let expected = "X1: a title\n\nWhy\nOne two\n`three four`\nfive.\n\n- first item\n  of it\n- two\n\n    a:   long line of code that is longer\n";
        assert_eq!(anstream::adapter::strip_str(&render(page, 12)).to_string(), expected);
    }
}
