import { ALSACE_MOSELLE } from '#app/domain/horaires/zones.ts';
import { canOnLieu, type Roles } from '#app/domain/permissions.ts';
import { type Commune, normalizeText } from '#app/domain/territoire.ts';
import { listVendrediSaint } from '#db/vendredi-saint.ts';
import { countLieuxParCommune, decideVendrediSaint } from '#db/vendredi-saint-decision.ts';
import type { Context } from './context.ts';
import { notFound } from './guards.server.ts';

/** How many communes a page of the list holds. */
const PAGE = 50;

/** Whether someone may say of a commune that Good Friday is a holiday there: who reviews lieux in it. */
function decidesFor(roles: Roles, commune: Commune): boolean {
  return canOnLieu(roles, 'moderer', { ...commune, code_postal: null, structure_id: null });
}

/** The communes of Alsace-Moselle in someone's territory. */
function communesOf({ communes }: Pick<Context, 'communes'>, roles: Roles): Commune[] {
  return communes.all().filter((commune) => ALSACE_MOSELLE.includes(commune.departement) && decidesFor(roles, commune));
}

/** Whether the page on Good Friday exists for someone. */
export function hasVendrediSaint(context: Pick<Context, 'communes'>, roles: Roles): boolean {
  return context.communes
    .all()
    .some((commune) => ALSACE_MOSELLE.includes(commune.departement) && decidesFor(roles, commune));
}

/**
 * The communes that someone may decide, as the page lists them: all that a search finds by name, postcode or INSEE code; without one,
 * those that have lieux, what is not known first and the most lieux first, then the others of which something was said.
 */
export async function listCommunesView(context: Context, roles: Roles, { q, page }: { q: string; page: number }) {
  const mine = communesOf(context, roles);
  if (mine.length === 0) throw notFound();
  const [lines, counts] = await Promise.all([
    listVendrediSaint(context.db),
    countLieuxParCommune(context.db, context.communes),
  ]);
  const said = new Map(lines.map((line) => [line.code_insee, line]));
  const wanted = normalizeText(q);
  const rows = mine
    .map(({ code_insee, nom, departement, codes_postaux }) => {
      const line = said.get(code_insee);
      const decision = line && { ferie: line.ferie, source: line.source, le: line.le, par: line.par };
      return { code_insee, nom, departement, codes_postaux, lieux: counts.get(code_insee) ?? 0, decision };
    })
    .filter(({ nom, code_insee, codes_postaux, lieux, decision }) =>
      wanted === ''
        ? lieux > 0 || decision !== undefined
        : normalizeText(nom).includes(wanted) || code_insee === q || codes_postaux.includes(q),
    )
    .sort(
      (a, b) =>
        Number(isKnown(a)) - Number(isKnown(b)) ||
        b.lieux - a.lieux ||
        a.nom.localeCompare(b.nom, 'fr') ||
        a.code_insee.localeCompare(b.code_insee),
    );
  const pages = Math.max(1, Math.ceil(rows.length / PAGE));
  const shown = Math.min(page, pages);
  return {
    communes: rows.slice((shown - 1) * PAGE, shown * PAGE),
    total: rows.length,
    connues: rows.filter(isKnown).length,
    page: shown,
    pages,
  };
}

function isKnown({ decision }: { decision?: { ferie: boolean | null } | undefined }): boolean {
  return decision !== undefined && decision.ferie !== null;
}

export type DecisionReading =
  | { ok: true; commune: Commune; ferie: boolean | null; source: string }
  | { ok: false; code: string; reponse: string; source: string; champ: 'ferie' | 'source'; message: string };

/** Reads what someone says of a commune. A commune that is not theirs is a 404. */
export function readDecision(context: Context, roles: Roles, form: FormData): DecisionReading {
  const code = String(form.get('commune') ?? '');
  const reponse = String(form.get('ferie') ?? '');
  const source = String(form.get('source') ?? '').trim();
  const commune = communesOf(context, roles).find(({ code_insee }) => code_insee === code);
  if (!commune) throw notFound();
  const refused = (champ: 'ferie' | 'source', message: string) => ({
    ok: false as const,
    code,
    reponse,
    source,
    champ,
    message,
  });
  if (!['oui', 'non', 'inconnu'].includes(reponse)) return refused('ferie', 'Choisissez une des trois réponses.');
  if (source.length > 500) return refused('source', 'Cette source est trop longue : 500 caractères au plus.');
  if (source === '' && reponse !== 'inconnu')
    return refused('source', 'Dites d’où vous le tenez. Exemple : mairie, par téléphone, le 3 mars.');
  return { ok: true, commune, ferie: reponse === 'inconnu' ? null : reponse === 'oui', source };
}

/** Keeps it, with the hours of the lieux concerned computed anew: all or nothing. Gives how many lieux it changed. */
export async function saveDecision(
  { db, now, communes }: Context,
  { utilisateurId }: Roles,
  { commune, ferie, source }: Extract<DecisionReading, { ok: true }>,
): Promise<number> {
  const line = { ferie, source, par: utilisateurId, le: now() };
  return db.transaction().execute((trx) => decideVendrediSaint(trx, { commune, communes, ...line }));
}
