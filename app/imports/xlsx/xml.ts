import type { Readable } from 'node:stream';
import { SaxesParser } from 'saxes';
import { FichierIllisible } from '../fichier-illisible.ts';
import { DAMAGED } from './archive.ts';

export interface Listener {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** Text or attributes of one element, in UTF-16 units: a cell of a workbook holds 32,767. */
const MAX_SILENCE = 4 * 1024 * 1024;

/**
 * Reads XML as it comes, telling its elements by their local names; after each piece, whoever asks may take what has been
 * understood so far. Entities of its own are not expanded.
 * @throws {FichierIllisible} where it is not well formed, or one element has no end
 */
export async function* readXml(stream: Readable, listener: Listener): AsyncGenerator<void> {
  const parser = new SaxesParser();
  const decoder = new TextDecoder('utf-8');
  let failed: Error | null = null;
  let lastEvent = 0;
  parser.on('error', (error) => {
    failed ??= error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    lastEvent = parser.position;
    listener.open(localName(name), attributes);
  });
  parser.on('text', (text) => {
    lastEvent = parser.position;
    listener.text?.(text);
  });
  parser.on('cdata', (text) => listener.text?.(text));
  parser.on('closetag', ({ name }) => {
    lastEvent = parser.position;
    listener.close?.(localName(name));
  });
  try {
    for await (const chunk of stream) {
      parser.write(decoder.decode(chunk, { stream: true }));
      if (failed) throw failed;
      if (parser.position - lastEvent > MAX_SILENCE) throw new Error('an element without end');
      yield;
    }
    parser.write(decoder.decode()).close();
    if (failed) throw failed;
  } catch (error) {
    throw error instanceof FichierIllisible ? error : new FichierIllisible(DAMAGED, { cause: error });
  } finally {
    stream.destroy();
  }
  yield;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
