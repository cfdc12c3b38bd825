//! The numbers of the stream protocol (`java.io.ObjectStreamConstants`).

pub(crate) const HEADER: [u8; 4] = [0xac, 0xed, 0x00, 0x05];
/// The first handle of a stream, and of each part after a reset.
pub(crate) const BASE_HANDLE: u32 = 0x7e_0000;

pub(crate) const NULL: u8 = 0x70;
pub(crate) const REFERENCE: u8 = 0x71;
pub(crate) const CLASS_DESCRIPTOR: u8 = 0x72;
pub(crate) const OBJECT: u8 = 0x73;
pub(crate) const STRING: u8 = 0x74;
pub(crate) const ARRAY: u8 = 0x75;
pub(crate) const CLASS: u8 = 0x76;
pub(crate) const BLOCK_DATA: u8 = 0x77;
pub(crate) const END_BLOCK_DATA: u8 = 0x78;
pub(crate) const RESET: u8 = 0x79;
pub(crate) const BLOCK_DATA_LONG: u8 = 0x7a;
pub(crate) const EXCEPTION: u8 = 0x7b;
pub(crate) const LONG_STRING: u8 = 0x7c;
pub(crate) const PROXY_CLASS_DESCRIPTOR: u8 = 0x7d;
pub(crate) const ENUM: u8 = 0x7e;
