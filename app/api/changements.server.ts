import type { Request, Response } from 'express';
import { parseLocalDate } from '#app/domain/horaires/dates.ts';
import { localInstant } from '#app/domain/horaires/opening.ts';
import type { Services } from '#app/http/context.ts';
import {
  CHANGEMENTS_DAYS,
  type ChangementPosition,
  countChangements,
  findPositionAt,
  isAhead,
  listChangements,
  listDeparts,
} from '#db/changements.ts';
import { listLieuxPublies } from '#db/lieux-publies.ts';
import { foreignCursor, readCursor, writeCursor } from './cursor.server.ts';
import { pickJson } from './pick.ts';
import { ApiProblem } from './problem.ts';
import { type FieldChoice, paramsOf } from './query.ts';
import { FORMATS, formatOf, send } from './respond.server.ts';

interface Asked {
  request: Request;
  response: Response;
  depuis: string;
  limite: number;
  fields: readonly FieldChoice[] | undefined;
}

/** What is asked with: any list of changes goes on from any other. */
const QUERY = 'depuis';
/** A clock may be wrong, and the day elsewhere another; a year or a month typed wrong would read as « nothing has changed ». */
const AHEAD_MS = 86_400_000;
const KEPT_MS = CHANGEMENTS_DAYS * 86_400_000;

/**
 * `GET /lieux?depuis=`: what has become of public lieux since, each as it is now. One may come twice; none is missed by whoever goes on
 * from `reprise`.
 */
export async function answerChangements(
  { db, dbRead, settings, now }: Pick<Services, 'db' | 'dbRead' | 'settings' | 'now'>,
  { request, response, depuis, limite, fields }: Asked,
): Promise<void> {
  const type = FORMATS[formatOf(request, ['json'], 'Avec « depuis », cette adresse')];
  const options = { secrets: settings.secrets, query: QUERY };
  const instant = instantOf(depuis);
  const told = instant === null ? readPosition(depuis, readCursor(depuis, options)) : null;
  const age = now().getTime() - (told?.le ?? instant?.getTime() ?? 0);
  if (age > KEPT_MS) throw tooOld();
  if (instant !== null && -age > AHEAD_MS) throw refused(depuis, `« ${depuis} » est à venir.`);
  // Of the server that writes: one that follows it may lag behind what another has told.
  if (told !== null && (await isAhead(db, told))) throw replaced();
  const after = told ?? (await findPositionAt(dbRead, instant ?? now()));
  const { changements, more, horizon } = await listChangements(dbRead, { after, limit: limite });
  // Counted once, where one begins: the next addresses carry how many are left.
  const counted = told?.reste ?? (more ? await countChangements(dbRead, after) : changements.length);
  const total = Math.max(counted, changements.length + (more ? 1 : 0));
  const ids = [...new Set(changements.map(({ lieuId }) => lieuId))];
  const lieux = await listLieuxPublies(dbRead, ids);
  const known = new Set(lieux.map(({ id }) => id));
  const gone = ids.filter((id) => !known.has(id));
  const departs = await listDeparts(dbRead, gone);
  const last = more ? changements.at(-1) : undefined;
  const { transaction, lieuId } = last ?? (BigInt(horizon.transaction) < BigInt(after.transaction) ? after : horizon);
  const params = paramsOf(request);
  const reste = last ? [total - changements.length] : [];
  params.set('depuis', writeCursor([transaction, lieuId, dayOf(now()), ...reste], options));
  const next = `${settings.publicUrl}/api/v1/lieux?${params}`;
  response.setHeader('X-Total-Count', total);
  if (last) response.setHeader('Link', `<${next}>; rel="next"`);
  const body = {
    lieux: lieux.map((lieu) => pickJson(lieu, fields)),
    retires: gone.map((id) => ({ id, ...withoutNull(departs.get(id)) })),
    total,
    suivant: last ? next : null,
    reprise: next,
  };
  await send(request, response, { type, body: JSON.stringify(body) });
}

/** A day in Paris begins at its midnight; null where it is a place that we gave. @throws {ApiProblem} 400 on a day that is none */
function instantOf(text: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}(?:T|$)/.test(text)) return null;
  const day = parseLocalDate(text.slice(0, 10));
  const instant = text.length === 10 ? null : new Date(text.replace(' ', '+'));
  if (day === null || Number.isNaN(instant?.getTime())) {
    const message = `« depuis » n’accepte pas « ${text} » : ce jour ou cette heure n’existe pas.`;
    throw new ApiProblem(400, message, { erreurs: [{ nom: 'depuis', valeur: text, message }] });
  }
  return instant ?? localInstant(day, 0, 'Europe/Paris');
}

function refused(valeur: string, message: string): ApiProblem {
  return new ApiProblem(400, message, { erreurs: [{ nom: 'depuis', valeur, message }] });
}

/** A place that we gave; `reste`, how many changes were left after it, where one is amid them. */
function readPosition(text: string, value: unknown): ChangementPosition & { le: number; reste: number | null } {
  const [transaction, lieuId, day, reste] = Array.isArray(value) ? value : [];
  if (typeof transaction !== 'string' || typeof lieuId !== 'string' || typeof day !== 'number')
    throw foreignCursor(text);
  return { transaction, lieuId, le: (day + 1) * 86_400_000, reste: typeof reste === 'number' ? reste : null };
}

/** The same all day long: an answer that has not changed keeps its ETag. */
function dayOf(instant: Date): number {
  return Math.floor(instant.getTime() / 86_400_000);
}

function tooOld(): ApiProblem {
  return new ApiProblem(
    410,
    `Les changements se gardent ${CHANGEMENTS_DAYS} jours. Reprenez toute la liste, puis « depuis » l’heure où vous l’avez commencée.`,
  );
}

function replaced(): ApiProblem {
  return new ApiProblem(
    410,
    'La base a été remplacée par une copie depuis. Reprenez toute la liste, puis « depuis » l’heure où vous l’avez commencée.',
  );
}

function withoutNull(depart: { ferme_le: string | null; fusionne_dans: string | null } | undefined): object {
  return Object.fromEntries(Object.entries(depart ?? {}).filter(([, value]) => value !== null));
}
