/** Columns of small whole numbers and texts as bytes, and back. Every reader checks its bounds: a cut file throws, it never gives wrong values. */

/** Grows as it is written to. Integers are LEB128 (seven bits a byte, low first). */
export class ByteWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** A whole number from 0 to 2^53 - 1. */
  uint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** A whole number of either sign, small ones short (zigzag). */
  int(value: number): void {
    this.uint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** One column after the other compresses better than row by row: the lengths (in UTF-16 units), then all the text. */
  texts(texts: readonly string[]): void {
    this.uint(texts.length);
    for (const text of texts) this.uint(text.length);
    const blob = new TextEncoder().encode(texts.join(''));
    this.uint(blob.length);
    this.raw(blob);
  }

  /** Each number as its difference with the one before. */
  deltas(values: Iterable<number>): void {
    let last = 0;
    for (const value of values) {
      this.int(value - last);
      last = value;
    }
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** @throws {SnapshotError} past the end */
  byte(): number {
    const value = this.#bytes[this.#position++];
    if (value === undefined) throw new SnapshotError('cut short');
    return value;
  }

  uint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
      if (scale > 2 ** 49) throw new SnapshotError('a number too long');
    }
  }

  int(): number {
    const value = this.uint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  raw(length: number): Uint8Array {
    if (this.#position + length > this.#bytes.length) throw new SnapshotError('cut short');
    const start = this.#position;
    this.#position += length;
    return this.#bytes.subarray(start, this.#position);
  }

  /** How many of something follow: never more than there are bytes left, so that a wrong file cannot ask for all the memory. */
  count(): number {
    const value = this.uint();
    if (value > this.#bytes.length - this.#position) throw new SnapshotError('a count too large');
    return value;
  }

  texts(): TextColumn {
    const ends = new Uint32Array(this.count());
    let end = 0;
    for (let i = 0; i < ends.length; i++) {
      end += this.uint();
      ends[i] = end;
    }
    const text = new TextDecoder().decode(this.raw(this.uint()));
    if (text.length !== end) throw new SnapshotError('texts of another length');
    return new TextColumn(text, ends);
  }

  deltas(target: Int32Array): Int32Array {
    let last = 0;
    for (let i = 0; i < target.length; i++) {
      last += this.int();
      target[i] = last;
    }
    return target;
  }
}

/** Texts side by side in one string, cut only when one is asked for. */
export class TextColumn {
  readonly #text: string;
  readonly #ends: Uint32Array;

  constructor(text: string, ends: Uint32Array) {
    this.#text = text;
    this.#ends = ends;
  }

  get length(): number {
    return this.#ends.length;
  }

  /** @throws {SnapshotError} where there is no such row */
  at(row: number): string {
    const end = this.#ends[row];
    if (end === undefined) throw new SnapshotError(`no row ${row}`);
    return this.#text.slice(row === 0 ? 0 : this.#ends[row - 1], end);
  }

  toArray(): string[] {
    return Array.from({ length: this.length }, (_, row) => this.at(row));
  }
}

export class SnapshotError extends Error {
  override name = 'SnapshotError';
}
