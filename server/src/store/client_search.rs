//! Search for a part of a client's name, client id or notes: by walking, or by an index of its pieces.

use std::collections::BTreeSet;

use sea_orm::{
    Condition, DbBackend, QueryFilter, QuerySelect, Select, Statement, Value,
    sea_query::{Expr, ExprTrait, JoinType, Query, SelectStatement, SimpleExpr},
};

use super::{
    Kind, client_sample,
    entity::client_entry::{Column, Entity},
};

/// As many clients that contain `term` are gathered and sorted; more are so common that walking the index of an order
/// finds a page of them sooner, unless they stand apart from its beginning. Where both take as long was measured at a
/// million clients.
pub(super) fn few(term: &str, kind: Kind) -> u64 {
    match kind {
        // Of one letter or two nearly all terms are common, and counting their pieces takes longer.
        _ if is_short(term) => 500,
        Kind::Sqlite => 2_000,
        // Which has another way to find more of them (`client_calendar`).
        Kind::Postgres => 1_000,
    }
}

/// The text of a client, of which a long one stands in no index.
pub(super) const TEXT: &str = "COALESCE(search_short, (SELECT long.search_long FROM client_entry AS long \
                               WHERE long.seq = client_entry.seq))";

/// That the text contains `term`, checked row by row. A text that is too long for the index walked along is looked up.
pub(super) fn check(term: &str, kind: Kind) -> SimpleExpr {
    match kind {
        // Sooner than INSTR, which goes from letter to letter.
        Kind::Sqlite => {
            Expr::cust_with_values(format!("{TEXT} GLOB ?"), [format!("*{}*", literally(term))])
        }
        Kind::Postgres => Expr::cust_with_values(format!("strpos({TEXT}, $1) > 0"), [term]),
    }
}

/// A term as a pattern of GLOB, in which no letter stands for others.
fn literally(term: &str) -> String {
    let mut pattern = String::with_capacity(term.len());
    for letter in term.chars() {
        if matches!(letter, '*' | '?' | '[') {
            pattern.extend(['[', letter, ']']);
        } else {
            pattern.push(letter);
        }
    }
    pattern
}

/// Only those whose text contains `term`, found by the index.
pub(super) fn found(clients: Select<Entity>, term: &str, kind: Kind) -> Select<Entity> {
    let condition = match kind {
        Kind::Sqlite if is_short(term) => Expr::cust_with_values(
            "client_entry.seq IN (SELECT doc FROM client_search_piece WHERE term >= ? AND term <= ?)",
            [term.to_owned(), last_piece(term)],
        ),
        Kind::Sqlite => return among(clients, hits(term)).filter(check(term, kind)),
        // All pieces may stand there without standing next to each other.
        Kind::Postgres => has_all(&pieces(term)).and(Expr::cust_with_values(
            "strpos(COALESCE(search_short, search_long), $1) > 0",
            [term],
        )),
    };
    clients.filter(condition)
}

/// The number of a client in the index of SQLite.
pub(super) const SEQ: &str = "rowid";

/// Asks the index of SQLite for those that contain all pieces of a `term`, which it gives in the order of their numbers.
pub(super) fn hits(term: &str) -> SelectStatement {
    let mut hits = Query::select();
    let matches = Expr::cust_with_values("client_search MATCH ?", [all_pieces(term)]);
    hits.expr_as(Expr::col(SEQ), "seq")
        .from("client_search")
        .and_where(matches);
    hits
}

/// Those of some clients that are among some hits, as those come. Joined, since SQLite sorts what something is IN before
/// it looks at the first.
pub(super) fn among(mut clients: Select<Entity>, hits: SelectStatement) -> Select<Entity> {
    let same = Expr::col(("hit", "seq")).equals((Entity, Column::Seq));
    QuerySelect::query(&mut clients).join_subquery(JoinType::InnerJoin, hits, "hit", same);
    clients
}

/// Asks for the `number` of clients that contain all pieces of `term`, of which there are hardly more than of those that
/// contain it, counting no further than `most`.
pub(super) fn estimate(term: &str, kind: Kind, most: u64) -> Statement {
    let (sql, values): (_, Vec<Value>) = match kind {
        Kind::Sqlite if is_short(term) => (
            "SELECT COUNT(*) AS number FROM (SELECT doc FROM client_search_piece WHERE term >= ? AND term <= ? LIMIT ?)",
            vec![term.into(), last_piece(term).into(), most.into()],
        ),
        Kind::Sqlite => (
            "SELECT COUNT(*) AS number FROM (SELECT rowid FROM client_search WHERE client_search MATCH ? LIMIT ?)",
            vec![all_pieces(term).into(), most.into()],
        ),
        Kind::Postgres => {
            let met = Condition::all().add(check(term, kind));
            return client_sample::estimate(met, kind);
        }
    };
    Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)
}

/// The index of SQLite knows pieces of three letters.
pub(super) fn is_short(term: &str) -> bool {
    term.chars().nth(2).is_none()
}

/// Behind every piece that begins with a term, and before every other that is greater.
fn last_piece(term: &str) -> String {
    format!("{term}{}{}", char::MAX, char::MAX)
}

/// As FTS5 wants to be asked for what has all pieces of a term: as few pieces as hold all its letters. Whether they
/// stand next to each other is seen sooner in the row itself.
fn all_pieces(term: &str) -> String {
    let letters: Vec<char> = term.chars().collect();
    let last = letters.len().saturating_sub(3);
    let starts = (0..last).step_by(3).chain([last]);
    let pieces: BTreeSet<String> = starts
        .map(|start| letters.iter().skip(start).take(3).collect::<String>())
        .map(|piece| format!("\"{}\"", piece.replace('"', "\"\"")))
        .collect();
    let pieces: Vec<String> = pieces.into_iter().collect();
    pieces.join(" AND ")
}

/// The longest pieces of a term, as the index of PostgreSQL has them.
pub(super) fn pieces(term: &str) -> Vec<i64> {
    let numbers: BTreeSet<u64> = numbers(term).into_iter().collect();
    let signed = |it: u64| i64::try_from(it).unwrap_or(i64::MAX);
    numbers.into_iter().map(signed).collect()
}

/// What the index of PostgreSQL knows of a client: the pieces of its text, and its times (`client_calendar`).
const PIECES: &str = "(client_entry_pieces(COALESCE(search_short, search_long)) \
                      || client_entry_calendar(created_at, usable_until, last_used_at))";

/// That the index of PostgreSQL knows all of these of a client.
pub(super) fn has_all(pieces: &[i64]) -> SimpleExpr {
    Expr::cust(format!("{PIECES} @> {}", array(pieces)))
}

/// That it knows one of these at least.
pub(super) fn has_any(pieces: &[i64]) -> SimpleExpr {
    Expr::cust(format!("{PIECES} && {}", array(pieces)))
}

fn array(pieces: &[i64]) -> String {
    let pieces: Vec<String> = pieces.iter().map(i64::to_string).collect();
    format!("ARRAY[{}]::bigint[]", pieces.join(","))
}

/// The longest pieces of a text, of three letters where it has as many.
pub(super) fn numbers(text: &str) -> Vec<u64> {
    let letters = letters(text);
    of_length(&letters, letters.len().clamp(1, 3)).collect()
}

/// All pieces of a text: of three letters, of two and of one.
pub(super) fn all_numbers(text: &str) -> Vec<u64> {
    let letters = letters(text);
    let all = (1..=3).flat_map(|length| of_length(&letters, length));
    all.collect()
}

fn letters(text: &str) -> Vec<u64> {
    text.chars().map(|it| u64::from(u32::from(it))).collect()
}

/// Pieces as numbers: each letter's code point in 21 bits.
fn of_length(letters: &[u64], length: usize) -> impl Iterator<Item = u64> {
    letters.windows(length).map(|piece| {
        let places = piece.iter().zip([42, 21, 0]);
        places.map(|(letter, place)| letter << place).sum()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_has_its_longest_pieces_and_each_once() {
        let number = |a: char, b: u64, c: u64| (u64::from(u32::from(a)) << 42) + (b << 21) + c;
        assert_eq!(numbers("夜"), [number('夜', 0, 0)]);
        assert_eq!(numbers("ab"), [number('a', 98, 0)]);
        assert_eq!(
            array(&pieces("aaaa")),
            format!("ARRAY[{}]::bigint[]", number('a', 97, 97))
        );
    }

    #[test]
    fn no_letter_of_a_term_stands_for_others() {
        assert_eq!(literally("a*b?[c]\\%"), r"a[*]b[?][[]c]\%");
    }

    #[test]
    fn all_letters_of_a_term_are_asked_for_in_few_pieces() {
        assert_eq!(all_pieces("abc"), r#""abc""#);
        assert_eq!(all_pieces("abcd"), r#""abc" AND "bcd""#);
        assert_eq!(all_pieces("quartz"), r#""qua" AND "rtz""#);
        assert_eq!(all_pieces("aaaaaa"), r#""aaa""#);
        assert_eq!(all_pieces("a\"b"), "\"a\"\"b\"");
        assert_eq!(all_pieces("夜間請求"), r#""夜間請" AND "間請求""#);
    }

    #[test]
    fn two_letters_are_short_in_every_script() {
        assert!(is_short("ab") && is_short("夜間") && is_short("👩"));
        assert!(!is_short("abc") && !is_short("夜間請"));
    }
}
