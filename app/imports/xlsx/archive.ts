import type { Readable } from 'node:stream';
import { type Entry, open, type ZipFile } from 'yauzl';
import { FichierIllisible } from '../fichier-illisible.ts';

const MAX_ENTRIES = 5_000;
/** A workbook of 200 MB holds some 2 GB of XML. */
const MAX_UNCOMPRESSED = 3 * 1024 ** 3;
/** Sheets of numbers alone come to 30; a bomb to 1,000. Small parts may be as they like. */
const MAX_RATIO = 120;
const SMALL = 20 * 1024 ** 2;

/** The parts of a workbook, to be read by their names. What says that it unfolds to more than any workbook is refused. */
export class Archive {
  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** @throws {FichierIllisible} where it is no whole archive, or is made to fill a disk */
  static async open(chemin: string): Promise<Archive> {
    const zip = await openZip(chemin);
    try {
      return new Archive(zip, await listEntries(zip));
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  get names(): string[] {
    return [...this.entries.keys()];
  }

  /** The bytes of a part; null where there is none of that name. */
  async read(name: string): Promise<Readable | null> {
    const entry = this.entries.get(name);
    if (!entry) return null;
    if (entry.isEncrypted())
      throw new FichierIllisible('Ce classeur est protégé par un mot de passe : enregistrez-le sans.');
    return new Promise((resolve, reject) => {
      this.zip.openReadStream(entry, (error, stream) => {
        if (error) reject(new FichierIllisible(DAMAGED, { cause: error }));
        else resolve(stream);
      });
    });
  }

  close(): void {
    this.zip.close();
  }
}

export const DAMAGED =
  'Ce classeur est abîmé ou incomplet : ouvrez-le dans un tableur, puis enregistrez-le de nouveau.';
const BOMB =
  'Une fois décompressé, ce classeur serait démesuré : il n’est pas lu. Enregistrez la feuille au format CSV.';

function openZip(chemin: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    // Parts are closed one by one; their true size is held against the one that they say.
    open(chemin, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (error, zip) => {
      if (error) reject(new FichierIllisible(DAMAGED, { cause: error }));
      else resolve(zip);
    });
  });
}

function listEntries(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  let total = 0;
  return new Promise((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      total += entry.uncompressedSize;
      const swollen = entry.uncompressedSize > SMALL && entry.uncompressedSize > entry.compressedSize * MAX_RATIO;
      if (entries.size >= MAX_ENTRIES || total > MAX_UNCOMPRESSED || swollen) {
        reject(new FichierIllisible(BOMB));
        return;
      }
      entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.once('end', () => resolve(entries));
    zip.once('error', (error: Error) => reject(new FichierIllisible(DAMAGED, { cause: error })));
    zip.readEntry();
  });
}
