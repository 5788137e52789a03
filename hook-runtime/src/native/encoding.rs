//! Text from bytes and bytes from text (Encoding Standard), and base64 as the web writes it.

use encoding_rs::{Decoder, DecoderResult, Encoding, ISO_2022_JP, UTF_16BE, UTF_16LE};
use javy::quickjs::{Array, Ctx, IntoJs, Result, Value};

use super::Native;
use super::call::{Args, null, to_buffer, to_value};

pub const FUNCTIONS: &[(&str, Native)] = &[
    ("encodingName", name),
    ("decode", decode),
    ("decodePart", decode_part),
    ("utf8", utf8),
    ("utf8Into", utf8_into),
    ("atob", atob),
    ("btoa", btoa),
];

/// (label) → the name of the encoding in lower case; null when there is none that can decode.
fn name<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    match Encoding::for_label_no_replacement(args.text(ctx, 0)?.as_bytes()) {
        Some(encoding) => to_value(ctx, encoding.name().to_ascii_lowercase()),
        None => Ok(null(ctx)),
    }
}

fn encoding<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<&'static Encoding> {
    let name = args.text(ctx, 0)?;
    Ok(Encoding::for_label(name.as_bytes()).unwrap_or(encoding_rs::UTF_8))
}

/// (name, bytes, fatal) → the text of all bytes, byte order mark included; null when they are wrong
/// and that is fatal.
fn decode<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let encoding = encoding(ctx, args)?;
    let bytes = args.bytes(ctx, 1)?;
    let (text, wrong) = encoding.decode_without_bom_handling(&bytes);
    if wrong && args.of(ctx, 2)? {
        return Ok(null(ctx));
    }
    to_value(ctx, text.as_ref())
}

/// (name, bytes, fatal, how many of them only lead to where it goes on, whether it is the last) →
/// [text, how many bytes at the end to bring along the next time, how many of those only lead to
/// where it goes on]: a part of a stream. The text is null when bytes are wrong and that is fatal.
fn decode_part<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let encoding = encoding(ctx, args)?;
    let bytes = args.bytes(ctx, 1)?;
    let fatal: bool = args.of(ctx, 2)?;
    let leading: usize = args.of(ctx, 3)?;
    let last: bool = args.of(ctx, 4)?;
    let (before, new) = bytes.split_at_checked(leading).unwrap_or((&[], &bytes));

    let mut decoder = encoding.new_decoder_without_bom_handling();
    push(&mut decoder, before, false, false);
    let read = push(&mut decoder, new, fatal, last);
    let (kept, leading) = if last {
        (0, 0)
    } else if encoding == ISO_2022_JP {
        // Its state is what all earlier escapes made of it.
        (bytes.len(), leading + read.wrong.unwrap_or(new.len()))
    } else if let Some(wrong) = read.wrong {
        (new.len() - wrong, 0)
    } else {
        (unfinished(encoding, decoder, &bytes), 0)
    };

    let result = Array::new(ctx.clone())?;
    match read.wrong {
        None => result.set(0, read.text)?,
        Some(_) => result.set(0, null(ctx))?,
    }
    result.set(1, kept)?;
    result.set(2, leading)?;
    Ok(result.into_value())
}

/// What came of bytes.
struct Read {
    text: String,
    /// In a fatal decoder: where the bytes go on after the first wrong ones.
    wrong: Option<usize>,
}

fn push(decoder: &mut Decoder, bytes: &[u8], fatal: bool, last: bool) -> Read {
    let mut text = String::new();
    if !fatal {
        let room = decoder.max_utf8_buffer_length(bytes.len());
        text.reserve(room.unwrap_or_default());
        let _ = decoder.decode_to_string(bytes, &mut text, last);
        return Read { text, wrong: None };
    }
    let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
    text.reserve(room.unwrap_or_default());
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, last);
    let wrong = match result {
        DecoderResult::Malformed(_, after) => Some(read.saturating_sub(usize::from(after))),
        DecoderResult::InputEmpty | DecoderResult::OutputFull => None,
    };
    Read { text, wrong }
}

/// How many bytes at the end of `bytes` are the beginning of a character: with as many fewer, the
/// input could end here.
fn unfinished(encoding: &'static Encoding, mut decoder: Decoder, bytes: &[u8]) -> usize {
    if encoding == UTF_16BE || encoding == UTF_16LE {
        let odd = bytes.len() % 2;
        let units = bytes.get(..bytes.len() - odd).unwrap_or_default();
        let high = match units {
            [.., high, _] if encoding == UTF_16BE => *high,
            [.., high] => *high,
            [] => 0,
        };
        let is_lead = (0xD8..=0xDB).contains(&high);
        return odd + if is_lead { 2 } else { 0 };
    }
    let mut end = String::with_capacity(8);
    let (_, _, wrong) = decoder.decode_to_string(&[], &mut end, true);
    if !wrong {
        return 0;
    }
    let mut whole = encoding.new_decoder_without_bom_handling();
    let text = push(&mut whole, bytes, false, false).text;
    let ends = |kept: &usize| {
        let (head, _) = bytes.split_at(bytes.len().saturating_sub(*kept));
        encoding.decode_without_bom_handling(head).0 == text
    };
    // No character that has begun is longer.
    (1..=3).find(ends).unwrap_or(0)
}

/// (text) → its UTF-8.
fn utf8<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    to_buffer(ctx, args.text(ctx, 0)?.as_bytes())
}

/// (text, room) → [UTF-8 of as many characters as fit in, UTF-16 code units read].
fn utf8_into<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let text = args.text(ctx, 0)?;
    let room: usize = args.of(ctx, 1)?;
    let (mut read, mut written) = (0, 0);
    for c in text.chars() {
        if written + c.len_utf8() > room {
            break;
        }
        written += c.len_utf8();
        read += c.len_utf16();
    }
    let result = Array::new(ctx.clone())?;
    let bytes = text.as_bytes().get(..written).unwrap_or_default();
    result.set(0, to_buffer(ctx, bytes)?)?;
    result.set(1, read)?;
    Ok(result.into_value())
}

/// (base64) → a byte string; null when it is none (Infra Standard, "forgiving-base64 decode").
fn atob<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    use base64::Engine;
    let is_kept = |c: &u8| !matches!(c, b' ' | b'\t' | b'\n' | b'\x0c' | b'\r');
    let text = args.text(ctx, 0)?;
    let mut text: Vec<u8> = text.bytes().filter(is_kept).collect();
    if text.len().is_multiple_of(4) {
        for _ in 0..2 {
            if text.ends_with(b"=") {
                text.pop();
            }
        }
    }
    match FORGIVING.decode(text) {
        Ok(bytes) => {
            let text: String = bytes.into_iter().map(char::from).collect();
            text.into_js(ctx)
        }
        Err(_) => Ok(null(ctx)),
    }
}

/// Without padding, and whatever the bits are that belong to no byte.
const FORGIVING: base64::engine::GeneralPurpose = base64::engine::GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    base64::engine::GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::RequireNone),
);

/// (byte string) → base64; null when a character is beyond U+00FF.
fn btoa<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    use base64::Engine;
    let text = args.text(ctx, 0)?;
    let bytes: std::result::Result<Vec<u8>, _> =
        text.chars().map(|c| u8::try_from(u32::from(c))).collect();
    match bytes {
        Ok(bytes) => to_value(ctx, base64::engine::general_purpose::STANDARD.encode(bytes)),
        Err(_) => Ok(null(ctx)),
    }
}
