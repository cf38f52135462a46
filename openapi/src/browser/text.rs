//! JSON as text (RFC 8259), for this API: its numbers are whole. Nothing here reads or writes fractions, whose tables
//! weigh more than everything else that is needed for JSON.

use serde_json::{Map, Value};

/// How deep arrays and objects may stand within each other.
const MOST_DEPTH: usize = 100;

/// Reads a text; nothing where it is not JSON, or has a number that is not whole or too large.
pub fn parse(text: &str) -> Option<Value> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(MOST_DEPTH)?;
    reader.peek().is_none().then_some(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// What comes after white space, without taking it.
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.next()? {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                other => return Some(other),
            }
        }
    }

    fn expect(&mut self, sign: u8) -> Option<()> {
        (self.peek()? == sign).then(|| self.at += 1)
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        let first = self.peek()?;
        match first {
            b'"' => self.string().map(Value::String),
            b'{' | b'[' => {
                self.at += 1;
                self.items(first == b'{', depth.checked_sub(1)?)
            }
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'n' => self.word("null", Value::Null),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        let end = self.at + word.len();
        let is_there = self.text.get(self.at..end) == Some(word);
        self.at = end;
        is_there.then_some(value)
    }

    /// What stands between the signs of an array or of an object.
    fn items(&mut self, is_object: bool, depth: usize) -> Option<Value> {
        let (mut members, mut items) = (Map::new(), Vec::new());
        let end = if is_object { b'}' } else { b']' };
        if self.peek()? == end {
            self.at += 1;
        } else {
            loop {
                if is_object {
                    self.peek().filter(|it| *it == b'"')?;
                    let name = self.string()?;
                    self.expect(b':')?;
                    members.insert(name, self.value(depth)?);
                } else {
                    items.push(self.value(depth)?);
                }
                let sign = self.peek()?;
                self.at += 1;
                if sign == end {
                    break;
                }
                if sign != b',' {
                    return None;
                }
            }
        }
        Some(if is_object {
            Value::Object(members)
        } else {
            Value::Array(items)
        })
    }

    fn number(&mut self) -> Option<Value> {
        let start = self.at;
        while matches!(
            self.next(),
            Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
        ) {
            self.at += 1;
        }
        let text = self.text.get(start..self.at)?;
        let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
        match digits {
            [b'0'] | [b'1'..=b'9', ..] => {}
            _ => return None,
        }
        match text.parse::<i64>() {
            Ok(number) => Some(number.into()),
            Err(_) => Some(text.parse::<u64>().ok()?.into()),
        }
    }

    fn string(&mut self) -> Option<String> {
        self.at += 1;
        let mut whole = String::new();
        loop {
            let start = self.at;
            while !matches!(self.next()?, b'"' | b'\\' | 0..0x20) {
                self.at += 1;
            }
            whole.push_str(self.text.get(start..self.at)?);
            let sign = self.next()?;
            self.at += 1;
            match sign {
                b'"' => return Some(whole),
                b'\\' => whole.push(self.escaped()?),
                _ => return None,
            }
        }
    }

    fn escaped(&mut self) -> Option<char> {
        let sign = self.next()?;
        self.at += 1;
        Some(match sign {
            b'"' | b'\\' | b'/' => char::from(sign),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit()?;
                match first {
                    0xD800..0xDC00 => {
                        self.word("\\u", Value::Null)?;
                        let second = self.unit()?.checked_sub(0xDC00).filter(|it| *it < 0x400)?;
                        char::from_u32(0x10000 + ((first - 0xD800) << 10) + second)?
                    }
                    _ => char::from_u32(first)?,
                }
            }
            _ => return None,
        })
    }

    /// The four digits of `\u`.
    fn unit(&mut self) -> Option<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit * 16 + char::from(self.next()?).to_digit(16)?;
            self.at += 1;
        }
        Some(unit)
    }
}

/// Whether people read a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// As short as it can be.
    Compact,
    /// A line for every value, two spaces deeper for what stands within another.
    Lines,
}

/// Writes a value as text.
pub fn write(value: &Value, layout: Layout) -> String {
    let mut text = String::new();
    Writer {
        text: &mut text,
        layout,
        depth: 0,
    }
    .value(value);
    text
}

struct Writer<'a> {
    text: &'a mut String,
    layout: Layout,
    depth: usize,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.text.push_str("null"),
            Value::Bool(true) => self.text.push_str("true"),
            Value::Bool(false) => self.text.push_str("false"),
            Value::Number(number) => self.text.push_str(&digits(number)),
            Value::String(text) => self.string(text),
            Value::Array(items) => {
                self.text.push('[');
                for (place, item) in items.iter().enumerate() {
                    self.item(place);
                    self.value(item);
                    self.depth -= 1;
                }
                self.end(items.is_empty(), ']');
            }
            Value::Object(members) => {
                self.text.push('{');
                for (place, (name, value)) in members.iter().enumerate() {
                    self.item(place);
                    self.string(name);
                    self.text.push(':');
                    if self.layout == Layout::Lines {
                        self.text.push(' ');
                    }
                    self.value(value);
                    self.depth -= 1;
                }
                self.end(members.is_empty(), '}');
            }
        }
    }

    /// What stands before an item, which is one deeper.
    fn item(&mut self, place: usize) {
        if place > 0 {
            self.text.push(',');
        }
        self.depth += 1;
        self.line();
    }

    fn end(&mut self, is_empty: bool, sign: char) {
        if !is_empty {
            self.line();
        }
        self.text.push(sign);
    }

    fn line(&mut self) {
        if self.layout == Layout::Lines {
            self.text.push('\n');
            for _ in 0..self.depth {
                self.text.push_str("  ");
            }
        }
    }

    fn string(&mut self, text: &str) {
        self.text.push('"');
        for letter in text.chars() {
            let escape = match letter {
                '"' | '\\' => letter,
                '\u{8}' => 'b',
                '\u{c}' => 'f',
                '\n' => 'n',
                '\r' => 'r',
                '\t' => 't',
                '\0'..' ' => {
                    self.text.push_str("\\u00");
                    self.text.push(if letter < '\u{10}' { '0' } else { '1' });
                    let low = u32::from(letter) % 16;
                    self.text.extend(char::from_digit(low, 16));
                    continue;
                }
                _ => {
                    self.text.push(letter);
                    continue;
                }
            };
            self.text.push('\\');
            self.text.push(escape);
        }
        self.text.push('"');
    }
}

/// A whole number as text; there is no other (see above).
pub fn digits(number: &serde_json::Number) -> String {
    match number.as_i64() {
        Some(number) => number.to_string(),
        None => number.as_u64().unwrap_or_default().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What serde makes of the same text.
    fn of_serde(text: &str) -> Option<Value> {
        serde_json::from_str(text).ok()
    }

    #[test]
    fn a_text_is_read_as_serde_reads_it() {
        for text in [
            "null",
            " true ",
            "false",
            "0",
            "-1",
            "18446744073709551615",
            "-9223372036854775808",
            r#""""#,
            r#""a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00 \u0000 grüße 😀""#,
            "[]",
            "{}",
            "[ 1 , [ ] , { } ]",
            r#"{"a":1,"b":[true,null,{"c":"d"}],"a":2}"#,
        ] {
            assert_eq!(parse(text), of_serde(text), "{text}");
            assert!(parse(text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_serde_refuses_is_refused() {
        for text in [
            "",
            " ",
            "nul",
            "truex",
            "01",
            "-",
            "+1",
            "--1",
            "1 2",
            "\"",
            "\"\n\"",
            r#""\x""#,
            r#""\u12""#,
            r#""\ud83d""#,
            r#""\ud83dx""#,
            r#""\udc00""#,
            r#""\ud83d\u0041""#,
            "[",
            "[1",
            "[1,",
            "[1,]",
            "[,1]",
            "[1 2]",
            "[1}",
            "{",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":1",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\" 1}",
            "{1:1}",
            "{,}",
            "<html>",
        ] {
            assert_eq!(of_serde(text), None, "{text}");
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"[".repeat(100_000)), None);
    }

    #[test]
    fn fractions_are_nothing_of_this_api() {
        assert_eq!(parse("1.5"), None);
        assert_eq!(parse("1e3"), None);
        let document = include_str!("../../openapi.json");
        assert!(!document.contains(r#""type": "number""#));
    }

    #[test]
    fn a_value_is_written_as_serde_writes_it() {
        let document = of_serde(include_str!("../../openapi.json")).unwrap_or_default();
        let signs: String = ('\0'..='\u{100}').collect();
        for value in [
            document,
            signs.into(),
            Value::from(u64::MAX),
            Value::from(-7),
        ] {
            let compact = write(&value, Layout::Compact);
            assert_eq!(Some(&compact), serde_json::to_string(&value).ok().as_ref());
            assert_eq!(
                Some(write(&value, Layout::Lines)),
                serde_json::to_string_pretty(&value).ok()
            );
            assert_eq!(parse(&compact), Some(value));
        }
    }
}
