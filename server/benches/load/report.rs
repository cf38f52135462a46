//! Tables for people, and a file for programs.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use crate::Outcome;

/// Everything that was measured.
#[derive(Debug, Default)]
pub(crate) struct Report(Map<String, Value>);

impl Report {
    /// Prints a table and keeps it. The first column is text, the others are numbers with the given digits.
    pub(crate) fn table(&mut self, title: &str, head: &[&str], rows: &[(String, Vec<f64>)]) {
        let first = rows.iter().map(|(name, _)| name.chars().count()).max();
        let first = first.unwrap_or_default().max(head[0].len());
        println!("\n{title}\n");
        print!("  {:first$}", head[0]);
        for name in &head[1..] {
            print!("  {name:>12}");
        }
        println!();
        let mut kept = Vec::new();
        for (name, numbers) in rows {
            print!("  {name:first$}");
            for number in numbers {
                print!("  {:>12}", shown(*number));
            }
            println!();
            let mut row = Map::from_iter([(head[0].to_owned(), json!(name))]);
            for (column, number) in head[1..].iter().zip(numbers) {
                row.insert((*column).to_owned(), json!(number));
            }
            kept.push(Value::Object(row));
        }
        self.0.insert(title.to_owned(), Value::Array(kept));
    }

    /// Writes the file.
    pub(crate) fn write(self) -> Outcome<PathBuf> {
        let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench.json");
        std::fs::write(&file, serde_json::to_vec_pretty(&Value::Object(self.0))?)?;
        Ok(file)
    }
}

fn shown(number: f64) -> String {
    if number.is_nan() {
        "-".to_owned()
    } else if number < 10.0 {
        format!("{number:.2}")
    } else if number < 1000.0 {
        format!("{number:.1}")
    } else {
        format!("{number:.0}")
    }
}

/// The middle one.
pub(crate) fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
