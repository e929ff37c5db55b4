import { createHash, type Hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { fieldToParquet, pointToWkb } from '#app/domain/formats.ts';
import type { Lieu } from '#app/domain/lieu.ts';
import { FIELDS, type FieldName } from '#app/domain/standard.ts';
import type { WrittenFile } from './export-files.ts';

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

/** Lieux of one row group: what memory holds, and what a reader takes at once. */
const GROUP = 4_000;

/** The standard's 32 columns (lists as lists, `date_maj` as a date), then the point. */
const SCHEMA: SchemaElement[] = [
  { name: 'lieux', num_children: FIELDS.length + 1 },
  ...FIELDS.flatMap(({ name, type, multiple }): SchemaElement[] => {
    if (multiple) {
      return [
        { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', repetition_type: 'REQUIRED', type: 'BYTE_ARRAY', converted_type: 'UTF8' },
      ];
    }
    const repetition_type = name === 'id' ? 'REQUIRED' : 'OPTIONAL';
    if (type === 'number') return [{ name, repetition_type, type: 'DOUBLE' }];
    if (type === 'date') return [{ name, repetition_type, type: 'INT32', converted_type: 'DATE' }];
    return [{ name, repetition_type, type: 'BYTE_ARRAY', converted_type: 'UTF8' }];
  }),
  { name: 'geometry', repetition_type: 'OPTIONAL', type: 'BYTE_ARRAY' },
];

/** What readers look for: the least and greatest value of each row group lets them skip it. */
const SEARCHED: ReadonlySet<FieldName> = new Set([
  ...(['id', 'code_insee', 'code_postal', 'commune', 'date_maj', 'latitude', 'longitude'] as const),
]);

/** Of which a dictionary would hold nearly as many values as there are lieux. */
const ALL_DIFFERENT: ReadonlySet<FieldName> = new Set([
  ...([
    'id',
    'nom',
    'adresse',
    'latitude',
    'longitude',
    'telephone',
    'courriels',
    'site_web',
    'fiche_acces_libre',
  ] as const),
  ...(['presentation_resume', 'presentation_detail', 'prise_rdv'] as const),
]);

/** A lieu as Parquet has it: its columns in the order of the standard, and its place. */
export interface ParquetRow {
  cells: ReturnType<typeof fieldToParquet>[];
  latitude: number | null;
  longitude: number | null;
}

/** Puts a lieu into columns, once for all the files that hold it. */
export function parquetRow(lieu: Lieu): ParquetRow {
  const { latitude, longitude } = lieu;
  return { cells: FIELDS.map((field) => fieldToParquet(lieu, field)), latitude, longitude };
}

/** West, south, east, north in degrees. */
type Box = [number, number, number, number];

/**
 * The lieux as Parquet with the metadata of GeoParquet 1.1: row groups one after the other, so that memory does not grow with their
 * number; the same lieux give the same bytes.
 */
export class ParquetSink {
  readonly #path: string;
  readonly #nom: string;
  readonly #territoire: string | null;
  readonly #hash: Hash = createHash('sha256');
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;
  #lieux: ParquetRow[] = [];
  #octets = 0;
  #lignes = 0;
  #box: Box | null = null;

  constructor(folder: string, { nom, territoire }: { nom: string; territoire: string | null }) {
    this.#path = join(folder, nom);
    this.#nom = nom;
    this.#territoire = territoire;
    this.#writer = new ParquetWriter({ writer: this.#bytes, schema: SCHEMA, createdBy: 'Lieu à jour' });
  }

  async add(lieu: ParquetRow): Promise<void> {
    this.#lieux.push(lieu);
    this.#lignes++;
    if (this.#lieux.length >= GROUP) await this.#writeGroup();
  }

  /** On the disk when it returns. */
  async finish(): Promise<WrittenFile> {
    await this.#writeGroup();
    this.#writer.kvMetadata = [{ key: 'geo', value: JSON.stringify(geoMetadata(this.#box)) }];
    await this.#writer.finish();
    await this.#flush({ last: true });
    return {
      nom: this.#nom,
      territoire: this.#territoire,
      lignes: this.#lignes,
      octets: this.#octets,
      sha256: this.#hash.digest('hex'),
    };
  }

  async #writeGroup(): Promise<void> {
    const lieux = this.#lieux;
    if (lieux.length === 0) return;
    this.#lieux = [];
    for (const lieu of lieux) this.#box = widened(this.#box, lieu);
    const columnData = [
      ...FIELDS.map(({ name }, index) => ({
        name,
        data: lieux.map(({ cells }) => cells[index] ?? null),
        offsetIndex: false,
        statistics: SEARCHED.has(name),
        ...(ALL_DIFFERENT.has(name) ? { encoding: 'PLAIN' as const } : {}),
      })),
      {
        name: 'geometry',
        data: lieux.map(pointToWkb),
        offsetIndex: false,
        statistics: false,
        encoding: 'PLAIN' as const,
      },
    ];
    await this.#writer.write({ columnData, rowGroupSize: GROUP });
    await this.#flush();
  }

  async #flush({ last = false } = {}): Promise<void> {
    const bytes = this.#bytes.getBytes();
    this.#hash.update(bytes);
    this.#octets += bytes.length;
    const file = await open(this.#path, 'a');
    try {
      await file.appendFile(bytes);
      if (last) await file.sync();
    } finally {
      await file.close();
    }
    this.#bytes.index = 0;
  }
}

function widened(box: Box | null, { latitude, longitude }: ParquetRow): Box | null {
  if (latitude === null || longitude === null) return box;
  const [west, south, east, north] = box ?? [longitude, latitude, longitude, latitude];
  return [Math.min(west, longitude), Math.min(south, latitude), Math.max(east, longitude), Math.max(north, latitude)];
}

/** https://geoparquet.org/releases/v1.1.0/: without `crs`, longitude and latitude on WGS 84. */
function geoMetadata(bbox: Box | null): object {
  const geometry = { encoding: 'WKB', geometry_types: ['Point'], ...(bbox && { bbox }) };
  return { version: '1.1.0', primary_column: 'geometry', columns: { geometry } };
}
