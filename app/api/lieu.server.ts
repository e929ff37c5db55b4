import type { Request, Response } from 'express';
import { UNKNOWN_PIVOT } from '#app/domain/standard.ts';
import type { Services } from '#app/http/context.ts';
import { lieuIdOf, lieuSegment } from '#app/http/fiche-path.ts';
import { findPublicFiche, valuesOf } from '#db/fiches.ts';
import { findLieuPublie } from '#db/lieux-publies.ts';
import { paramsOf, pickJson } from './lieux.server.ts';
import { ApiProblem } from './problem.ts';
import { LIEU_QUERY, readQuery } from './query.ts';
import { FORMATS, formatOf, send } from './respond.server.ts';

/** The days during which a closed lieu is still given: as on its page. */
const CLOSED_DAYS = 90;

/** `GET /lieux/:id`: one lieu; 308 where it was merged, 410 where it closed long ago. */
export async function answerLieu(
  { dbRead, now, settings }: Pick<Services, 'dbRead' | 'now' | 'settings'>,
  request: Request,
  response: Response,
): Promise<void> {
  const { fields } = readQuery(LIEU_QUERY, paramsOf(request));
  const type = FORMATS[formatOf(request, ['json'])];
  const id = lieuIdOf(request.params.id);
  const lieu = await findLieuPublie(dbRead, id);
  if (lieu) return send(request, response, { type, body: JSON.stringify(pickJson(lieu, fields)) });
  const found = await findPublicFiche(dbRead, id);
  if (!found) throw unknownLieu();
  if (found.fiche === null) {
    response.setHeader('Location', `${settings.publicUrl}/api/v1/lieux/${lieuSegment(found.fusionneDans)}`);
    response.setHeader('Cache-Control', 'public, no-cache');
    response.status(308).json({ fusionne_dans: found.fusionneDans });
    return;
  }
  const { fiche } = found;
  const ferme_le = fiche.ferme_le ?? undefined;
  if (ferme_le !== undefined && now().getTime() - Date.parse(ferme_le) > CLOSED_DAYS * 86_400_000)
    throw new ApiProblem(410, `Ce lieu a fermé le ${ferme_le}.`);
  const closed = pickJson({ ...valuesOf(fiche), pivot: fiche.pivot ?? UNKNOWN_PIVOT }, fields);
  return send(request, response, { type, body: JSON.stringify({ ...closed, ferme_le }) });
}

/** The refusal of an id that nobody may see. */
export function unknownLieu(): ApiProblem {
  return new ApiProblem(404, 'Aucun lieu public n’a cet identifiant.');
}
