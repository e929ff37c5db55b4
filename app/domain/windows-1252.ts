/** Windows-1252 characters of the bytes 0x80–0x9F; five of them mean nothing and stand for themselves. */
const CHARACTERS = [...'€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'];
const BYTES = new Map(CHARACTERS.map((character, index) => [character, 0x80 + index]));

/** `c\u009cur` → `cœur`: bytes of Windows-1252 that were read as Latin-1 (Node 20's own decoder does it too). */
export function fromLatin1(text: string): string {
  return text.replace(/[\u0080-\u009f]/g, (control) => CHARACTERS[control.charCodeAt(0) - 0x80] ?? control);
}

/** The bytes of a text in Windows-1252, null where a character has none. */
export function toWindows1252(text: string): Uint8Array | null {
  const bytes: number[] = [];
  for (const character of text) {
    const byte = BYTES.get(character) ?? character.codePointAt(0) ?? 256;
    if (byte > 255) return null;
    bytes.push(byte);
  }
  return new Uint8Array(bytes);
}
