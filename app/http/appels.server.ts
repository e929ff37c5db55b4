import { appelSearch, ISSUES, type Issue, readAppelFilters } from '#app/domain/appels.ts';
import { parisDay } from '#app/domain/exports.ts';
import { readableWeek } from '#app/domain/horaires/french.ts';
import { localDay } from '#app/domain/horaires/opening.ts';
import { readStored } from '#app/domain/horaires/stored-form.ts';
import { lusOfPermanences } from '#app/domain/horaires-lus.ts';
import { labelOfValue } from '#app/domain/libelles.ts';
import { type Permanence, readStoredPermanences } from '#app/domain/permanences.ts';
import { permanenceInWords } from '#app/domain/permanences-words.ts';
import { canOnLieu, isModeratorOf, type Roles } from '#app/domain/permissions.ts';
import { nomsDesTerritoires } from '#app/reference/territoires.ts';
import {
  confirmFiche,
  countAAppeler,
  countAAppelerByDepartement,
  insertAppel,
  isAppelNoted,
  listAAppeler,
  listDerniersAppels,
  type RepereAppel,
} from '#db/appels.ts';
import { lockFiche } from '#db/fiches.ts';
import type { Context } from './context.ts';
import { signalerFermeture } from './fermeture.server.ts';
import { notFound } from './guards.server.ts';
import { readRepere, writeRepere } from './territoire.server.ts';

/** A page of the sheet that an address asks for, with what to read out of each lieu. */
export async function loadSheet({ db, now }: Context, roles: Roles, params: URLSearchParams) {
  const at = now();
  const filters = readAppelFilters(params);
  const options = { roles, filters, today: parisDay(at), now: at };
  const [{ lieux, plus }, counts, departements] = await Promise.all([
    listAAppeler(db, { ...options, apres: readPlace(params.get('apres')) }),
    countAAppeler(db, options),
    countAAppelerByDepartement(db, options),
  ]);
  const ids = lieux.map(({ id }) => id);
  const calls = await listDerniersAppels(db, ids);
  const last = lieux.at(-1);
  return {
    filters,
    counts,
    departements,
    territoires: nomsDesTerritoires(roles),
    today: options.today,
    suivants: last && plus ? writeRepere([last.rang, last.recherche, last.id]) : null,
    place: params.has('apres'),
    lieux: lieux.map(({ horaires_intervalles, permanences, permanences_lues, services, rang, recherche, ...lieu }) => ({
      ...lieu,
      heures: hoursInWords(lieu.horaires, horaires_intervalles),
      aides: helpInWords(readStoredPermanences(permanences), permanences_lues),
      services: services.map((service) => labelOfValue('services', service)),
      appels: calls.filter(({ lieu_id }) => lieu_id === lieu.id),
    })),
  };
}

/** What became of a call that someone notes: kept, or why not. */
export type AppelOutcome =
  | { state: 'note'; issue: Issue; lieuId: string }
  /** The fiche is not what was read out any more, or somebody has taken charge of it. */
  | { state: 'change' | 'repris'; nom: string };

/**
 * Notes the outcome of a call, with what follows from it: « tout est juste » confirms the fiche as it was read, a closure is reported
 * for somebody to decide. A 404 for a lieu that these roles do not correct.
 */
export async function noteAppel(context: Context, roles: Roles, form: FormData): Promise<AppelOutcome> {
  const issue = ISSUES.find((known) => known === form.get('issue'));
  const [lieuId, version] = [String(form.get('lieu') ?? ''), Number(form.get('version'))];
  if (!issue || lieuId.includes('\0')) throw notFound();
  const now = context.now();
  const auteurId = roles.utilisateurId;
  return context.db.transaction().execute(async (trx): Promise<AppelOutcome> => {
    const fiche = await lockFiche(trx, lieuId);
    if (!fiche || !canOnLieu(roles, 'moderer', fiche) || fiche.statut !== 'actif') throw notFound();
    const nom = fiche.nom ?? 'Lieu sans nom';
    if (fiche.structure_id !== null) return { state: 'repris', nom };
    const since = new Date(now.getTime() - 2 * 60_000);
    if (await isAppelNoted(trx, { lieuId, auteurId, issue, since })) return { state: 'note', issue, lieuId };
    if (issue === 'juste' && version !== fiche.version) return { state: 'change', nom };
    await insertAppel(trx, { fiche, auteurId, issue, now });
    if (issue === 'juste') {
      const source = isModeratorOf(roles, fiche) ? 'moderation' : 'membre';
      const writing = { now, today: localDay(now, fiche.fuseau), communes: context.communes };
      await confirmFiche(trx, { fiche, source, auteurId, writing });
    }
    if (issue === 'ferme') {
      const jour = localDay(now, fiche.fuseau);
      await signalerFermeture(trx, {
        lieuId,
        origine: 'Appel',
        jour,
        constat: 'on a répondu que le lieu a fermé',
        now,
      });
    }
    return { state: 'note', issue, lieuId };
  });
}

/** The address of the same place of the sheet, which says what was noted. */
export function notedPath(params: URLSearchParams, { issue, lieuId }: { issue: Issue; lieuId: string }): string {
  const apres = params.get('apres');
  const more = { fait: issue, lieu: lieuId, ...(apres && { apres }) };
  return `/territoire/a-appeler${appelSearch(readAppelFilters(params), more)}`;
}

function hoursInWords(text: string | null, stored: unknown): string[] {
  const hours = readStored(stored);
  if (hours?.etat !== 'lu') return text ? [text] : [];
  const { lignes, precisions } = readableWeek(hours);
  return [...lignes.map(({ jours, heures }) => `${jours} : ${heures}`), ...precisions];
}

function helpInWords(permanences: readonly Permanence[], lues: unknown): string[] {
  const lus = lusOfPermanences(permanences, lues);
  return permanences.map((permanence) => permanenceInWords(permanence, lus));
}

function readPlace(text: string | null): RepereAppel | null {
  const [rang, recherche, id] = readRepere(text);
  if (!Number.isInteger(rang) || Math.abs(Number(rang)) > 10_000) return null;
  if (typeof recherche !== 'string' || typeof id !== 'string') return null;
  return { rang: Number(rang), recherche, id };
}
