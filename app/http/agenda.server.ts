import type { SubmissionResult } from '@conform-to/react';
import { parseWithZod } from '@conform-to/zod/v4';
import type { z } from 'zod';
import { listPlageDates, type PlageDate } from '#app/domain/creneaux/agenda-days.ts';
import {
  fermetureSchema,
  numeroSchema,
  ouvertureSchema,
  plageDateSchema,
  plageSchema,
  prestationSchema,
  reglageSchema,
  ressourceSchema,
} from '#app/domain/creneaux/agenda-schema.ts';
import { type WeeklyHours, weeklyHoursOf } from '#app/domain/creneaux/from-week.ts';
import { mergeSlots } from '#app/domain/creneaux/offer.ts';
import { listSlots } from '#app/domain/creneaux/slots.ts';
import { formatLocalDate, parseLocalDate } from '#app/domain/horaires/dates.ts';
import { localDay } from '#app/domain/horaires/opening.ts';
import { readStored } from '#app/domain/horaires/stored-form.ts';
import { isVerifiedMember } from '#app/domain/permissions.ts';
import { type Fiche, findFiche } from '#db/fiches.ts';
import {
  type Agenda,
  changeAgenda,
  findManagedAgenda,
  type ManagedAgenda,
  updateAgenda,
} from '#db/rendez-vous/agenda.ts';
import { listOccupations, rulesOf } from '#db/rendez-vous/creneaux.ts';
import { NameTakenError } from '#db/rendez-vous/errors.ts';
import { listReservations } from '#db/rendez-vous/reservations.ts';
import {
  deleteFermeture,
  deletePlage,
  deletePlageException,
  deletePrestation,
  deleteRessource,
  insertFermeture,
  insertPlage,
  insertPrestation,
  insertRessource,
  upsertPlageException,
} from '#db/rendez-vous/rules.ts';
import type { Context } from './context.ts';
import { lieuIdOf } from './fiche-path.ts';
import { notFound, requireRoles } from './guards.server.ts';

/** Weeks that the agenda shows. */
const AGENDA_DAYS = 28;
const DAY_MS = 86_400_000;

export interface AgendaTarget {
  fiche: Fiche;
  utilisateurId: string;
  /** False: the membership waits for a moderator, and so do appointments. */
  verified: boolean;
}

/** The lieu whose appointments someone manages, or a 404. */
export async function loadAgendaTarget(
  context: Context,
  request: Request,
  id: string | undefined,
): Promise<AgendaTarget> {
  const { roles, identity } = await requireRoles(context, request);
  const fiche = await findFiche(context.db, { id: lieuIdOf(id), roles, action: 'gerer_rendez_vous' });
  if (!fiche) throw notFound();
  return { fiche, utilisateurId: identity.utilisateurId, verified: isVerifiedMember(roles, fiche) };
}

export interface AgendaDay {
  jour: string;
  horaires: (PlageDate & { ressource: string })[];
  /** Seats that are still free on that day. */
  libres: number;
  rendezVous: Awaited<ReturnType<typeof listReservations>>;
}

/** The coming weeks of a lieu, the days on which something happens; null where no hours were given yet. */
export async function loadAgendaDays(
  context: Context,
  { fiche, utilisateurId }: AgendaTarget,
): Promise<AgendaDay[] | null> {
  const now = context.now();
  const scope = { lieuId: fiche.id, utilisateurId };
  const window = { from: new Date(now.getTime() - DAY_MS), to: new Date(now.getTime() + AGENDA_DAYS * DAY_MS) };
  const agenda = await findManagedAgenda(context.db, scope);
  const rendezVous = await listReservations(context.db, { ...scope, ...window });
  if (!agenda || (agenda.plages.length === 0 && rendezVous.length === 0)) return null;
  const rules = rulesOf(agenda);
  const occupations = await listOccupations(context.db, { lieuId: fiche.id, ...window });
  const offers = mergeSlots(listSlots(rules, { ...window, occupations, now }));
  const dates = listPlageDates(agenda.plages, { ...rules, now, days: AGENDA_DAYS });

  const names = new Map(agenda.ressources.map(({ id, nom }) => [id, nom]));
  const days = new Map<string, AgendaDay>();
  const dayOf = (jour: string): AgendaDay => {
    const day = days.get(jour) ?? { jour, horaires: [], libres: 0, rendezVous: [] };
    days.set(jour, day);
    return day;
  };
  const today = localDay(now, fiche.fuseau);
  for (const date of dates) dayOf(date.jour).horaires.push({ ...date, ressource: names.get(date.ressource_id) ?? '' });
  for (const { debut, places } of offers) dayOf(localDay(debut, fiche.fuseau)).libres += places;
  for (const taken of rendezVous) {
    const jour = localDay(taken.debut, fiche.fuseau);
    if (jour >= today) dayOf(jour).rendezVous.push(taken);
  }
  return [...days.values()].sort((a, b) => a.jour.localeCompare(b.jour));
}

export interface AgendaSettings {
  agenda: Agenda | null;
  /** The hours of the lieu, to start from. */
  horaires: WeeklyHours[];
  today: string;
}

/** The rules of an agenda and what a new one may start from. */
export async function loadAgendaSettings(
  context: Context,
  { fiche, utilisateurId }: AgendaTarget,
): Promise<AgendaSettings> {
  const agenda = await findManagedAgenda(context.db, { lieuId: fiche.id, utilisateurId });
  const stored = readStored(fiche.horaires_intervalles);
  return {
    agenda: agenda ?? null,
    horaires: stored?.etat === 'lu' ? weeklyHoursOf(stored.semaine) : [],
    today: localDay(context.now(), fiche.fuseau),
  };
}

/** Which form was sent, and what is wrong in it. */
export interface AgendaAnswer {
  intent: string;
  result: SubmissionResult;
}

/**
 * Does what a form of the agenda asks for: the `intent` of its button says which. Gives the errors of the form, or null
 * when it is done. Throws a 404 for what the agenda does not have.
 */
export async function changeFromForm(
  context: Context,
  target: AgendaTarget,
  form: FormData,
): Promise<AgendaAnswer | null> {
  if (!target.verified) throw notFound();
  const settings = await loadAgendaSettings(context, target);
  const scope = { lieuId: target.fiche.id, utilisateurId: target.utilisateurId, now: context.now() };
  const intent = String(form.get('intent'));

  /** Parses, changes in one transaction, and answers 404 where the change found nothing to change. */
  const submit = async <T>(schema: z.ZodType<T>, change: (agenda: ManagedAgenda, value: T) => Promise<unknown>) => {
    const submission = parseWithZod(form, { schema });
    if (submission.status !== 'success') return { intent, result: submission.reply() };
    const { value } = submission;
    try {
      const outcome = await changeAgenda(context.db, scope, (agenda) => change(agenda, value));
      if (outcome === false) throw notFound();
      return null;
    } catch (error) {
      if (!(error instanceof NameTakenError)) throw error;
      const taken = [
        'Vous avez déjà ce nom ici : choisissez-en un autre, par exemple en ajoutant un prénom ou un numéro.',
      ];
      return { intent, result: submission.reply({ fieldErrors: { [error.of]: taken } }) };
    }
  };

  switch (intent) {
    case 'ouvrir':
      return submit(ouvertureSchema, (agenda, value) => open(agenda, value, settings));
    case 'ressource':
      return submit(ressourceSchema, (agenda, { ressource }) => insertRessource(agenda, { nom: ressource }));
    case 'prestation':
      return submit(prestationSchema, (agenda, { ressources, ...value }) => {
        requireKnown(settings.agenda?.ressources, ressources);
        return insertPrestation(agenda, { ...prestationOf(value), ressourceIds: ressources });
      });
    case 'plage':
      return submit(plageSchema, (agenda, { prestations, ...value }) => {
        requireKnown(settings.agenda?.ressources, [value.ressource_id]);
        requireKnown(settings.agenda?.prestations, prestations);
        return insertPlage(agenda, { ...value, ancre: value.valide_du, prestationIds: prestations });
      });
    case 'fermeture':
      return submit(fermetureSchema, (agenda, { du, au, ressource_id, motif }) => {
        if (ressource_id !== undefined) requireKnown(settings.agenda?.ressources, [ressource_id]);
        return insertFermeture(agenda, { ressource_id, motif, debut: `${du}T00:00`, fin: `${dayAfter(au)}T00:00` });
      });
    case 'reglages':
      return submit(reglageSchema, updateAgenda);
    case 'retirer':
      return submit(plageDateSchema, (agenda, { plage_id, jour }) =>
        upsertPlageException(agenda, { plage_id, retire: jour }),
      );
    case 'remettre':
      return submit(plageDateSchema, (agenda, { plage_id, jour }) =>
        deletePlageException(agenda, { plage_id, retire: jour }),
      );
    case 'supprimer_ressource':
      return submit(numeroSchema, (agenda, { id }) => deleteRessource(agenda, id));
    case 'supprimer_prestation':
      return submit(numeroSchema, (agenda, { id }) => deletePrestation(agenda, id));
    case 'supprimer_plage':
      return submit(numeroSchema, (agenda, { id }) => deletePlage(agenda, id));
    case 'supprimer_fermeture':
      return submit(numeroSchema, (agenda, { id }) => deleteFermeture(agenda, id));
    default:
      throw notFound();
  }
}

/** Someone, a kind of help and its weekly hours, at once. */
async function open(
  agenda: ManagedAgenda,
  value: z.output<typeof ouvertureSchema>,
  { horaires, today }: AgendaSettings,
): Promise<void> {
  const ressourceId = await insertRessource(agenda, { nom: value.ressource });
  const prestationId = await insertPrestation(agenda, { ...prestationOf(value), ressourceIds: [ressourceId] });
  const hours = value.horaires === 'lieu' ? horaires : [{ jours: value.jours, debut: value.debut, fin: value.fin }];
  for (const { jours, debut, fin } of hours) {
    const weekly = { jours, debut, fin, valide_du: today, ancre: today };
    await insertPlage(agenda, { ...weekly, ressource_id: ressourceId, prestationIds: [prestationId] });
  }
}

/** An individual appointment: one every `duree` and tampon. */
function prestationOf(value: Pick<z.output<typeof prestationSchema>, PrestationField>) {
  const { prestation, duree, tampon, ...others } = value;
  return {
    nom: prestation,
    duree,
    tampon,
    pas: duree + tampon,
    service: others.service ?? null,
    delai_min: others.delai_min,
    modalites: others.modalites,
    consignes: others.consignes,
  };
}

type PrestationField = 'prestation' | 'duree' | 'tampon' | 'service' | 'delai_min' | 'modalites' | 'consignes';

/** Numbers come from the form: those of another lieu are not ours to use. */
function requireKnown(known: readonly { id: number }[] | undefined, ids: readonly number[]): void {
  if (!ids.every((id) => known?.some((one) => one.id === id))) throw notFound();
}

function dayAfter(date: string): string {
  return formatLocalDate((parseLocalDate(date) ?? 0) + 1);
}
