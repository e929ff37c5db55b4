import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isJour, typeOfExport } from '#app/domain/exports.ts';
import type { ExportS3Settings } from '#app/http/settings-export-s3.server.ts';
import type { ExportFile } from '#db/exports.ts';
import type { Depot } from './export-depot.ts';
import { DepotError } from './export-s3-faute.ts';
import { type Patience, StockageS3 } from './export-s3-stockage.ts';
import { mapAtOnce } from './map-at-once.ts';

/**
 * Exports in a bucket, a run under a prefix of its own: nobody is told of it before all of it is there. Its `chemin` is
 * `s3://bucket/prefix/jour/run/nom`; what an earlier prefix of the same bucket holds is still read.
 */
export function createDepotS3(settings: ExportS3Settings, patience: Partial<Patience> = {}): Depot {
  const { bucket, prefix } = settings;
  const stockage = new StockageS3(settings, patience);
  const root = `s3://${bucket}/`;
  const keyOf = ({ chemin }: Pick<ExportFile, 'chemin'>) => chemin.slice(root.length);
  const nom = `${root}${prefix}`.replace(/\/$/, '');
  return {
    nom,
    seenHereOnly: false,
    owns: (chemin) => chemin.startsWith(root),
    async publish({ jour, run, folder, noms }) {
      const base = `${prefix}${jour}/${run}`;
      try {
        await mapAtOnce(noms, AT_ONCE, (name) =>
          stockage.putFile(`${base}/${name}`, { path: join(folder, name), type: typeOfExport(name) }),
        );
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
      return `${root}${base}`;
    },
    async announce(manifest) {
      await stockage.put(`${prefix}manifeste.json`, { body: Buffer.from(manifest), type: typeOfExport('.json') });
    },
    async keepOnly(jour, base) {
      const day = `${prefix}${jour}/`;
      const kept = base === null ? null : `${keyOf({ chemin: base })}/`;
      const keys = await stockage.listKeys(day);
      await stockage.abortUploads(day);
      await mapAtOnce(
        keys.filter((key) => kept === null || !key.startsWith(kept)),
        AT_ONCE,
        (key) => stockage.remove(key),
      );
    },
    async listJours() {
      // Days of this century, whole: not every server groups keys by a delimiter as Amazon does.
      const keys = await stockage.listKeys(`${prefix}20`);
      const jours = keys.map((key) => key.slice(prefix.length).split('/')[0] ?? '');
      return [...new Set(jours)].filter(isJour);
    },
    has: (file) => stockage.has(keyOf(file), file.octets),
    read: (file, part) => stockage.get(keyOf(file), { octets: file.octets, part }),
    async local(file, scratch) {
      await mkdir(dirname(scratch), { recursive: true });
      for (let attempt = 1; ; attempt++) {
        const bytes = await stockage.get(keyOf(file), {
          octets: file.octets,
          part: { start: 0, end: file.octets - 1 },
          kind: 'write',
        });
        if (bytes === null) return null;
        const hash = createHash('sha256');
        const measured = new Transform({
          transform(chunk, _encoding, done) {
            hash.update(chunk);
            done(null, chunk);
          },
        });
        const cut = await pipeline(bytes, measured, createWriteStream(scratch)).then(
          () => false,
          (error: unknown) => {
            // The disk's errors are for whoever keeps it.
            if (error instanceof Error && 'path' in error) throw error;
            return true;
          },
        );
        if (!cut && hash.digest('hex') === file.sha256) return scratch;
        if (attempt < READINGS) continue;
        if (!cut) return null;
        throw new DepotError(`Le fichier ${file.chemin} n’a pas pu être lu jusqu’au bout. Un nouvel essai suivra.`);
      }
    },
  };
}

/** How often in all a file that comes cut or altered is asked for. */
const READINGS = 3;

/** Requests under way. */
const AT_ONCE = 8;
