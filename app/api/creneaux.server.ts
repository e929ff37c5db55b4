import type { Request, Response } from 'express';
import { wallOf, zoneClock } from '#app/domain/creneaux/wall-time.ts';
import type { Services } from '#app/http/context.ts';
import { lieuIdOf } from '#app/http/fiche-path.ts';
import { findPublicFiche, isPublic } from '#db/fiches.ts';
import { findPublicOffers } from '#db/rendez-vous/creneaux.ts';
import { refuseOrLead } from './lieu.server.ts';
import { CRENEAUX_QUERY, JOURS, paramsOf, readQuery } from './query.ts';
import { FORMATS, formatOf, send } from './respond.server.ts';

const DAY_MS = 86_400_000;

/** `GET /lieux/:id/creneaux`: the free slots that anyone may book, by start; none where the lieu takes no appointments here. */
export async function answerCreneaux(
  { dbRead, now, settings }: Pick<Services, 'dbRead' | 'now' | 'settings'>,
  request: Request,
  response: Response,
): Promise<void> {
  const { jours = JOURS } = readQuery(CRENEAUX_QUERY, paramsOf(request));
  const type = FORMATS[formatOf(request, ['json'])];
  const id = lieuIdOf(request.params.id);
  const found = await findPublicFiche(dbRead, id);
  if (!found?.fiche || !isPublic(found.fiche))
    return refuseOrLead(response, { found, site: settings.publicUrl, below: '/creneaux' });
  const { fuseau } = found.fiche;
  const from = now();
  const to = new Date(from.getTime() + jours * DAY_MS);
  const offered = await findPublicOffers(dbRead, { lieuId: id, from, to, now: from });
  const names = new Map(offered?.agenda.prestations.map((prestation) => [prestation.id, prestation.nom]));
  const say = isoIn(fuseau, { from: from.getTime(), to: to.getTime() });
  const creneaux = (offered?.offers ?? []).map(({ prestation_id, debut, fin, places }) => ({
    debut: say(debut),
    fin: say(fin),
    prestation: names.get(prestation_id) ?? '',
    places,
  }));
  await send(request, response, { type, body: JSON.stringify({ fuseau, creneaux }) });
}

/** Instants as ISO 8601 on the clock of a zone, with its offset: `2026-06-01T09:00:00+02:00`. */
function isoIn(zone: string, { from, to }: { from: number; to: number }): (instant: Date) => string {
  const clock = zoneClock(zone, from, to);
  const two = (value: number) => String(value).padStart(2, '0');
  return (instant) => {
    const wall = wallOf(clock, instant.getTime());
    const offset = Math.round((wall - instant.getTime()) / 60_000);
    const far = Math.abs(offset);
    const sign = offset < 0 ? '-' : '+';
    return `${new Date(wall).toISOString().slice(0, 19)}${sign}${two(Math.floor(far / 60))}:${two(far % 60)}`;
  };
}
