import type { Request, Response } from 'express';
import type { LieuEtPermanences } from '#app/domain/permanences.ts';
import { UNKNOWN_PIVOT } from '#app/domain/standard.ts';
import type { Services } from '#app/http/context.ts';
import { lieuIdOf, lieuSegment } from '#app/http/fiche-path.ts';
import { findPublicFiche, valuesOf } from '#db/fiches.ts';
import { findLieuPublie } from '#db/lieux-publies.ts';
import { checkFields, pickCsv, pickFeature, pickJson } from './pick.ts';
import { ApiProblem } from './problem.ts';
import { type FieldChoice, LIEU_QUERY, paramsOf, readQuery } from './query.ts';
import { FORMATS, type Format, formatOf, send } from './respond.server.ts';

/** The days during which a closed lieu is still given: as on its page. */
const CLOSED_DAYS = 90;

/** `GET /lieux/:id`: one lieu; 308 where it was merged, 410 where it closed long ago. */
export async function answerLieu(
  { dbRead, now, settings }: Pick<Services, 'dbRead' | 'now' | 'settings'>,
  request: Request,
  response: Response,
): Promise<void> {
  const { fields } = readQuery(LIEU_QUERY, paramsOf(request));
  const format = formatOf(request, ['json', 'geojson', 'csv']);
  checkFields(fields, format);
  const id = lieuIdOf(request.params.id);
  const lieu = await findLieuPublie(dbRead, id);
  if (lieu) return send(request, response, { type: FORMATS[format], body: bodyOf(format, { lieu, fields }) });
  const found = await findPublicFiche(dbRead, id);
  if (!found?.fiche || isGone(found.fiche, now())) return refuseOrLead(response, { found, site: settings.publicUrl });
  const { fiche } = found;
  // The other formats could not say that it closed.
  const type = FORMATS[formatOf(request, ['json'])];
  const closed = pickJson({ ...valuesOf(fiche), pivot: fiche.pivot ?? UNKNOWN_PIVOT }, fields);
  return send(request, response, {
    type,
    body: JSON.stringify({ ...closed, ferme_le: fiche.ferme_le ?? undefined }),
  });
}

function bodyOf(
  format: Format,
  { lieu, fields }: { lieu: LieuEtPermanences; fields: readonly FieldChoice[] | undefined },
): string {
  if (format === 'csv') return pickCsv([lieu], fields);
  return JSON.stringify(format === 'json' ? pickJson(lieu, fields) : pickFeature(lieu, fields));
}

interface Refusal {
  found: Awaited<ReturnType<typeof findPublicFiche>>;
  site: string;
  /** What follows the lieu in the address. */
  below?: string;
}

/**
 * What is answered of a lieu that is not public: it was merged into another (308), it closed (410), or nothing that anyone may know.
 * @throws {ApiProblem} 404, 410
 */
export function refuseOrLead(response: Response, { found, site, below = '' }: Refusal): void {
  if (!found) throw new ApiProblem(404, 'Aucun lieu public n’a cet identifiant.');
  if (found.fiche !== null) {
    const { ferme_le } = found.fiche;
    throw new ApiProblem(410, ferme_le === null ? 'Ce lieu a fermé.' : `Ce lieu a fermé le ${ferme_le}.`);
  }
  response.setHeader('Location', `${site}/api/v1/lieux/${lieuSegment(found.fusionneDans)}${below}`);
  response.setHeader('Cache-Control', 'public, no-cache');
  response.status(308).json({ fusionne_dans: found.fusionneDans });
}

function isGone({ ferme_le }: { ferme_le: string | null }, now: Date): boolean {
  return ferme_le !== null && now.getTime() - Date.parse(ferme_le) > CLOSED_DAYS * 86_400_000;
}
