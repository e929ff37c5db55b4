import { fromLatin1 } from '#app/domain/windows-1252.ts';

export type Encodage = 'utf-8' | 'windows-1252' | 'utf-16le' | 'utf-16be' | 'mixte';

/**
 * Turns the bytes of a file into text, chunk by chunk, finding the encoding by itself: by its mark, by the zeros of UTF-16,
 * else UTF-8 until a byte cannot be. That byte makes the file Windows-1252, or `mixte` where UTF-8 came before it: then
 * each character is read in the encoding that it can only be in.
 */
export class Decodage {
  encodage: Encodage = 'utf-8';
  private decoder: TextDecoder | null = null;
  private rest = new Uint8Array(0);
  private sawUtf8 = false;
  private started = false;

  /** The text of the next bytes; a character cut in two waits for its end. */
  decode(chunk: Uint8Array): string {
    const bytes = this.begin(concat(this.rest, chunk));
    this.rest = new Uint8Array(0);
    if (this.decoder) return this.decoder.decode(bytes, { stream: true });
    const cut = this.encodage === 'windows-1252' ? bytes.length : endOfWholeCharacters(bytes);
    this.rest = bytes.slice(cut);
    return this.decodeWhole(bytes.subarray(0, cut));
  }

  /** What was waiting for its end. */
  end(): string {
    if (this.decoder) return this.decoder.decode();
    const text = this.decodeWhole(this.rest);
    this.rest = new Uint8Array(0);
    return text;
  }

  private begin(bytes: Uint8Array): Uint8Array {
    if (this.started || bytes.length === 0) return bytes;
    this.started = true;
    const utf16 = utf16Of(bytes);
    if (utf16) {
      this.encodage = utf16;
      // The decoder eats the mark.
      this.decoder = new TextDecoder(utf16);
      return bytes;
    }
    return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  }

  private decodeWhole(bytes: Uint8Array): string {
    if (this.encodage === 'windows-1252') return decodeWindows1252(bytes);
    if (this.encodage === 'utf-8') {
      try {
        const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
        this.sawUtf8 ||= text.length < bytes.length;
        return text;
      } catch {
        this.encodage = this.sawUtf8 || hasUtf8(bytes) ? 'mixte' : 'windows-1252';
        return this.decodeWhole(bytes);
      }
    }
    return decodeEach(bytes);
  }
}

const UTF_16 = { le: 'utf-16le', be: 'utf-16be' } as const;

function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return UTF_16.le;
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return UTF_16.be;
  // Without a mark: in western text nearly every second byte is zero.
  const sample = bytes.subarray(0, 512);
  const zeros = [0, 0];
  for (const [index, byte] of sample.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const enough = sample.length * 0.3;
  if (odd > enough && even === 0) return UTF_16.le;
  if (even > enough && odd === 0) return UTF_16.be;
  return null;
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** Length of the UTF-8 sequence that begins with a byte, 0 where none does. */
function sequenceLength(byte: number): number {
  if (byte < 0x80) return 1;
  if (byte >= 0xc2 && byte < 0xe0) return 2;
  if (byte >= 0xe0 && byte < 0xf0) return 3;
  return byte >= 0xf0 && byte < 0xf5 ? 4 : 0;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** Where the last sequence begins if it may go on in the next chunk, else the end. */
function endOfWholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (isContinuation(byte)) continue;
    return sequenceLength(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function sequenceAt(bytes: Uint8Array, at: number): number {
  const length = sequenceLength(bytes[at] ?? 0xff);
  for (let offset = 1; offset < length; offset += 1) if (!isContinuation(bytes[at + offset])) return 0;
  return length;
}

/** Whether bytes that are not UTF-8 as a whole have a character of several bytes in UTF-8. */
function hasUtf8(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += 1) if (sequenceAt(bytes, at) > 1) return true;
  return false;
}

/** Node 20 decodes `windows-1252` as Latin-1: the 27 characters that differ are put back. */
function decodeWindows1252(bytes: Uint8Array): string {
  return fromLatin1(new TextDecoder('latin1').decode(bytes));
}

function decodeEach(bytes: Uint8Array): string {
  const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const isUtf8 = sequenceAt(bytes, at) > 0;
    let end = at;
    while (end < bytes.length && sequenceAt(bytes, end) > 0 === isUtf8) end += isUtf8 ? sequenceAt(bytes, end) : 1;
    text += isUtf8 ? utf8.decode(bytes.subarray(at, end)) : decodeWindows1252(bytes.subarray(at, end));
    at = end;
  }
  return text;
}
