import type { Request, Response } from 'express';
import { resolvePlace } from '#app/carte/place.ts';
import type { LieuEtPermanences } from '#app/domain/permanences.ts';
import type { Services } from '#app/http/context.ts';
import { listLieuxPublies } from '#db/lieux-publies.ts';
import { answerChangements } from './changements.server.ts';
import { foreignCursor, readCursor, writeCursor } from './cursor.server.ts';
import { type Rang, trancheOf } from './liste.ts';
import { checkFields, pickCsv, pickFeature, pickJson } from './pick.ts';
import { type FieldChoice, keyOfFiltres, LIMITE, paramsOf, readListe } from './query.ts';
import { FORMATS, type Format, formatOf, send } from './respond.server.ts';
import { currentSnapshot } from './snapshot.server.ts';

type ListeServices = Pick<Services, 'db' | 'dbRead' | 'settings' | 'snapshots' | 'communes' | 'now'>;

/** A list followed page after page asks about one instant, as long as it is followed. */
const FOLLOWED_MS = 3_600_000;

/** `GET /lieux`: the lieux that filters keep. */
export async function answerListe(services: ListeServices, request: Request, response: Response): Promise<void> {
  const { dbRead, settings, communes } = services;
  const params = paramsOf(request);
  const { filtres, limite = LIMITE, fields, curseur, depuis } = readListe(params, communes);
  if (depuis !== undefined) return answerChangements(services, { request, response, depuis, limite, fields });
  const format = formatOf(request, ['json', 'geojson', 'csv']);
  checkFields(fields, format);
  const options = { secrets: settings.secrets, query: keyOfFiltres(filtres) };
  const from = curseur === undefined ? null : readPosition(curseur, readCursor(curseur, options));
  const now = services.now();
  const instant = from !== null && now.getTime() - from.instant < FOLLOWED_MS ? new Date(from.instant) : now;
  const { index } = await currentSnapshot(services.snapshots);
  const place = filtres.q === null ? null : (resolvePlace(filtres.q, { communes, index })?.place ?? null);
  const { rangs, total, suite } = trancheOf(index, { filtres, place, instant, apres: from?.apres ?? null, limite });
  const lieux = await listLieuxPublies(
    dbRead,
    rangs.map(({ id }) => id),
  );
  const last = rangs.at(-1);
  const next = suite && last ? writeCursor([last.distance, last.id, instant.getTime()], options) : null;
  const suivant = next && addressWith(params, { site: settings.publicUrl, curseur: next });
  response.setHeader('X-Total-Count', total);
  if (suivant !== null) response.setHeader('Link', `<${suivant}>; rel="next"`);
  await send(request, response, { type: FORMATS[format], body: bodyOf(format, { lieux, total, suivant, fields }) });
}

function readPosition(text: string, value: unknown): { apres: Rang; instant: number } {
  const [distance, id, instant] = Array.isArray(value) ? value : [];
  if (typeof id !== 'string' || typeof instant !== 'number') throw foreignCursor(text);
  return { apres: { distance: typeof distance === 'number' ? distance : null, id }, instant };
}

function addressWith(params: URLSearchParams, { site, curseur }: { site: string; curseur: string }): string {
  const next = new URLSearchParams(params);
  next.set('curseur', curseur);
  return `${site}/api/v1/lieux?${next}`;
}

interface Liste {
  lieux: readonly LieuEtPermanences[];
  total: number;
  suivant: string | null;
  fields: readonly FieldChoice[] | undefined;
}

function bodyOf(format: Format, { lieux, total, suivant, fields }: Liste): string {
  if (format === 'json') return JSON.stringify({ lieux: lieux.map((lieu) => pickJson(lieu, fields)), total, suivant });
  if (format === 'csv') return pickCsv(lieux, fields);
  return JSON.stringify({ type: 'FeatureCollection', features: lieux.map((lieu) => pickFeature(lieu, fields)) });
}
