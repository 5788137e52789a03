//! AES (FIPS 197) in the modes ECB, CBC and CTR (NIST SP 800-38A), GCM (SP 800-38D) and KW (RFC 3394).

use ::aes::cipher::block_padding::Pkcs7;
use ::aes::cipher::consts::U16;
use ::aes::cipher::{
    BlockCipher, BlockDecrypt, BlockDecryptMut, BlockEncrypt, BlockEncryptMut, KeyInit, KeyIvInit,
};
use ::aes::{Aes128, Aes192, Aes256, Block};
use aes_kw::Kek;
use ghash::GHash;
use ghash::universal_hash::UniversalHash;
use javy::quickjs::{Ctx, Result, Value};

use super::super::Args;
use super::bytes_or_null;

const BLOCK: usize = 16;

/// Runs `$body` with `$cipher`, AES by the length of `$key`; `None` for a length that AES has not.
macro_rules! with_cipher {
    ($key:expr, $cipher:ident => $body:expr) => {
        match $key.len() {
            16 => Aes128::new_from_slice(&$key).ok().and_then(|$cipher| $body),
            24 => Aes192::new_from_slice(&$key).ok().and_then(|$cipher| $body),
            32 => Aes256::new_from_slice(&$key).ok().and_then(|$cipher| $body),
            _ => None,
        }
    };
}

/// (whether to encrypt, key, IV, bytes, whether padded as PKCS #7): the other bytes; null when the
/// padding is wrong or the length is.
pub(super) fn cbc<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (encrypt, key) = (args.of::<bool>(ctx, 0)?, args.bytes(ctx, 1)?);
    let (iv, bytes) = (args.bytes(ctx, 2)?, args.bytes(ctx, 3)?);
    let padded: bool = args.of(ctx, 4)?;
    let result = match key.len() {
        16 => chained::<Aes128>(encrypt, &key, &iv, bytes, padded),
        24 => chained::<Aes192>(encrypt, &key, &iv, bytes, padded),
        32 => chained::<Aes256>(encrypt, &key, &iv, bytes, padded),
        _ => None,
    };
    bytes_or_null(ctx, result)
}

fn chained<C>(
    encrypt: bool,
    key: &[u8],
    iv: &[u8],
    mut bytes: Vec<u8>,
    padded: bool,
) -> Option<Vec<u8>>
where
    C: BlockCipher<BlockSize = U16> + BlockEncryptMut + BlockDecryptMut + KeyInit,
{
    if encrypt {
        let mut cipher = ::cbc::Encryptor::<C>::new_from_slices(key, iv).ok()?;
        if padded {
            return Some(cipher.encrypt_padded_vec_mut::<Pkcs7>(&bytes));
        }
        for block in blocks(&mut bytes)? {
            cipher.encrypt_block_mut(block);
        }
    } else {
        let mut cipher = ::cbc::Decryptor::<C>::new_from_slices(key, iv).ok()?;
        if padded {
            return cipher.decrypt_padded_vec_mut::<Pkcs7>(&bytes).ok();
        }
        for block in blocks(&mut bytes)? {
            cipher.decrypt_block_mut(block);
        }
    }
    Some(bytes)
}

/// Bytes as blocks; `None` when they end within one.
fn blocks(bytes: &mut [u8]) -> Option<impl Iterator<Item = &mut Block>> {
    let whole = bytes.len().is_multiple_of(BLOCK);
    whole.then(|| bytes.chunks_exact_mut(BLOCK).map(<&mut Block>::from))
}

/// (whether to encrypt, key, bytes of whole blocks): the other bytes.
pub(super) fn ecb<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (encrypt, key) = (args.of::<bool>(ctx, 0)?, args.bytes(ctx, 1)?);
    let mut bytes = args.bytes(ctx, 2)?;
    let done = with_cipher!(key, cipher => {
        blocks(&mut bytes).map(|blocks| blocks.for_each(|block| if encrypt {
            cipher.encrypt_block(block);
        } else {
            cipher.decrypt_block(block);
        }))
    });
    bytes_or_null(ctx, done.map(|()| bytes))
}

/// (key, first counter block, bits that count, offset of the bytes in the stream, bytes): the other
/// bytes. The bits that count wrap around; the rest of the block stays.
pub(super) fn ctr<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (key, counter) = (args.bytes(ctx, 0)?, args.bytes(ctx, 1)?);
    let (bits, offset): (u32, u32) = (args.of(ctx, 2)?, args.of(ctx, 3)?);
    let mut bytes = args.bytes(ctx, 4)?;
    let done = with_cipher!(key, cipher => {
        <[u8; BLOCK]>::try_from(counter).ok().map(|counter| {
            key_stream(&cipher, u128::from_be_bytes(counter), bits, offset as usize, &mut bytes);
        })
    });
    bytes_or_null(ctx, done.map(|()| bytes))
}

/// Applies the key stream of a counter of which the lowest `bits` count, from `offset` bytes on.
fn key_stream(
    cipher: &impl BlockEncrypt<BlockSize = U16>,
    first: u128,
    bits: u32,
    offset: usize,
    bytes: &mut [u8],
) {
    let mask = 1u128.checked_shl(bits).map_or(u128::MAX, |above| above - 1);
    let number = |block: usize| (first & !mask) | (first.wrapping_add(block as u128) & mask);
    let (mut block, skipped) = (offset / BLOCK, offset % BLOCK);
    let (head, whole) = bytes.split_at_mut(((BLOCK - skipped) % BLOCK).min(bytes.len()));
    let mut apply = |bytes: &mut [u8], skipped: usize| {
        let mut stream = Block::from(number(block).to_be_bytes());
        cipher.encrypt_block(&mut stream);
        let stream = stream.iter().skip(skipped);
        bytes
            .iter_mut()
            .zip(stream)
            .for_each(|(byte, key)| *byte ^= key);
        block += 1;
    };
    if !head.is_empty() {
        apply(head, skipped);
    }
    whole.chunks_mut(BLOCK).for_each(|chunk| apply(chunk, 0));
}

/// The block that GCM counts from, of an IV of any length (SP 800-38D section 7.1, step 2).
fn first_counter(cipher: &impl BlockEncrypt<BlockSize = U16>, iv: &[u8]) -> u128 {
    if iv.len() == 12 {
        let mut block = [0; BLOCK];
        block.iter_mut().zip(iv).for_each(|(to, from)| *to = *from);
        return u128::from_be_bytes(block) | 1;
    }
    let mut hash = universal_hash(cipher);
    hash.update_padded(iv);
    hash.update(&[lengths(0, iv.len()).into()]);
    u128::from_be_bytes(hash.finalize().into())
}

/// GHASH under the cipher's key.
fn universal_hash(cipher: &impl BlockEncrypt<BlockSize = U16>) -> GHash {
    let mut key = Block::default();
    cipher.encrypt_block(&mut key);
    GHash::new(&key)
}

/// Two lengths in bytes as the block that says them in bits.
fn lengths(first: usize, second: usize) -> [u8; BLOCK] {
    let bits = |bytes: usize| (bytes as u128) << 3;
    ((bits(first) << 64) | bits(second)).to_be_bytes()
}

/// (key, IV, offset of the bytes in the message, bytes): the other bytes, without a tag.
pub(super) fn gcm<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (key, iv) = (args.bytes(ctx, 0)?, args.bytes(ctx, 1)?);
    let offset: u32 = args.of(ctx, 2)?;
    let mut bytes = args.bytes(ctx, 3)?;
    let done = with_cipher!(key, cipher => {
        // The first counter block is the tag's; the message begins with the next one.
        let (first, offset) = (first_counter(&cipher, &iv), offset as usize + BLOCK);
        key_stream(&cipher, first, 32, offset, &mut bytes);
        Some(())
    });
    bytes_or_null(ctx, done.map(|()| bytes))
}

/// (key, IV, additional data, encrypted bytes): the whole tag of 16 bytes.
pub(super) fn gcm_tag<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (key, iv) = (args.bytes(ctx, 0)?, args.bytes(ctx, 1)?);
    let (additional, bytes) = (args.bytes(ctx, 2)?, args.bytes(ctx, 3)?);
    let tag = with_cipher!(key, cipher => {
        let mut hash = universal_hash(&cipher);
        hash.update_padded(&additional);
        hash.update_padded(&bytes);
        hash.update(&[lengths(additional.len(), bytes.len()).into()]);
        let mut tag: [u8; BLOCK] = hash.finalize().into();
        key_stream(&cipher, first_counter(&cipher, &iv), 32, 0, &mut tag);
        Some(tag)
    });
    bytes_or_null(ctx, tag)
}

/// (whether to wrap, key, bytes): the wrapped or unwrapped key; null when that fails.
pub(super) fn kw<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (wrap, key) = (args.of::<bool>(ctx, 0)?, args.bytes(ctx, 1)?);
    let bytes = args.bytes(ctx, 2)?;
    let least = if wrap { 16 } else { 24 };
    if bytes.len() < least || !bytes.len().is_multiple_of(8) {
        return bytes_or_null(ctx, None::<Vec<u8>>);
    }
    macro_rules! with {
        ($cipher:ty) => {
            Kek::<$cipher>::try_from(key.as_slice())
                .ok()
                .and_then(|key| {
                    if wrap {
                        key.wrap_vec(&bytes).ok()
                    } else {
                        key.unwrap_vec(&bytes).ok()
                    }
                })
        };
    }
    let result = match key.len() {
        16 => with!(Aes128),
        24 => with!(Aes192),
        32 => with!(Aes256),
        _ => None,
    };
    bytes_or_null(ctx, result)
}
