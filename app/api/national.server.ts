import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Request, Response } from 'express';
import { communeOfRow } from '#app/carte/rows.ts';
import { fieldToCell, lieuToJson } from '#app/domain/formats.ts';
import type { Lieu } from '#app/domain/lieu.ts';
import type { LieuEtPermanences } from '#app/domain/permanences.ts';
import type { Services } from '#app/http/context.ts';
import { listLieuxPublies } from '#db/lieux-publies.ts';
import { ApiProblem, type Erreur } from './problem.ts';
import { paramsOf } from './query.ts';
import { FORMATS, formatOf } from './respond.server.ts';
import { currentSnapshot } from './snapshot.server.ts';

/** What is read of the database at once. */
const PAGE = 500;

/**
 * `GET /api/v0/lieux-inclusion-numerique`: the reading of the national map's API (anct-cartographie-nationale/api-application): every lieu in
 * one array, the standard's names, lists as one text joined by `|`, and those of its filters that are asked in public code.
 */
export async function answerNational(
  { dbRead, snapshots }: Pick<Services, 'dbRead' | 'snapshots'>,
  request: Request,
  response: Response,
): Promise<void> {
  const { code_insee, source } = readFilters(paramsOf(request));
  const type = FORMATS[formatOf(request, ['json'])];
  const { index } = await currentSnapshot(snapshots);
  const ids = index.ids
    .toArray()
    .filter((_id, row) => code_insee(communeOfRow(index, row).code_insee ?? ''))
    .sort();
  const page = async (from: number): Promise<string> => {
    const lieux = await listLieuxPublies(dbRead, ids.slice(from, from + PAGE));
    return lieux
      .filter((lieu) => source(lieu.source ?? ''))
      .map((lieu) => `\n${JSON.stringify(flat(lieu))}`)
      .join(',');
  };
  // What cannot be read is said before anything is sent.
  const first = await page(0);
  const zipped = request.acceptsEncodings(['gzip', 'identity']) === 'gzip';
  response.vary('Accept');
  response.vary('Accept-Encoding');
  response.setHeader('Cache-Control', 'public, max-age=60');
  response.setHeader('Content-Type', `${type}; charset=utf-8`);
  if (zipped) response.setHeader('Content-Encoding', 'gzip');
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const body = Readable.from(bodyOf(first, { count: ids.length, page }));
  const sent = zipped ? pipeline(body, createGzip(), response) : pipeline(body, response);
  // Who has gone needs no answer.
  await sent.catch((error: unknown) => {
    if (!request.socket.destroyed) throw error;
  });
}

async function* bodyOf(
  first: string,
  { count, page }: { count: number; page: (from: number) => Promise<string> },
): AsyncGenerator<string> {
  yield `[${first}`;
  let separator = first === '' ? '' : ',';
  for (let from = PAGE; from < count; from += PAGE) {
    const next = await page(from);
    if (next === '') continue;
    yield separator + next;
    separator = ',';
  }
  yield '\n]\n';
}

/** Lists as the cells of the standard's files, numbers as numbers, what is empty left out. */
function flat(lieu: LieuEtPermanences): object {
  const { permanences, ...fields } = lieuToJson(lieu);
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, Array.isArray(value) ? fieldToCell(value) : value]),
  );
}

type Test = (value: string) => boolean;

const FILTERS: ReadonlyMap<string, { field: 'code_insee' | 'source'; comparison: 'eq' | 'beginsWith' }> = new Map([
  ['adresse[eq][code_insee]', { field: 'code_insee', comparison: 'eq' }],
  ['adresse[beginsWith][code_insee]', { field: 'code_insee', comparison: 'beginsWith' }],
  ['source[eq]', { field: 'source', comparison: 'eq' }],
  ['source[beginsWith]', { field: 'source', comparison: 'beginsWith' }],
]);

/** Values of one name are any of them, names are all of them. @throws {ApiProblem} 400 on any other filter: what it keeps is not guessed */
function readFilters(params: URLSearchParams): Record<keyof Pick<Lieu, 'code_insee' | 'source'>, Test> {
  const tests = { code_insee: [] as Test[], source: [] as Test[] };
  const erreurs: Erreur[] = [];
  for (const [nom, valeur] of params) {
    const known = FILTERS.get(nom);
    const values = valeur.split(',').filter((value) => value !== '');
    if (known === undefined || values.length === 0) {
      const message = `« ${nom.slice(0, 200)} » n’est pas proposé ici. Il y a : ${[...FILTERS.keys()].join(', ')}.`;
      erreurs.push({ nom: nom.slice(0, 200), valeur: valeur.slice(0, 200), message });
    } else if (known.comparison === 'eq') tests[known.field].push((value) => values.includes(value));
    else tests[known.field].push((value) => values.some((start) => value.startsWith(start)));
  }
  if (erreurs.length > 0) throw new ApiProblem(400, erreurs.map(({ message }) => message).join(' '), { erreurs });
  return {
    code_insee: (value) => tests.code_insee.every((test) => test(value)),
    source: (value) => tests.source.every((test) => test(value)),
  };
}
