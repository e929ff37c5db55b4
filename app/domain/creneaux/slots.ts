import { listOccurrences, type Occurrence, type PlageRule, type PrestationRule, type Span } from './rules.ts';
import {
  dayOfWall,
  instantAtOrAfter,
  instantOf,
  parseWallTime,
  wallOf,
  type ZoneClock,
  zoneClock,
} from './wall-time.ts';

/** When a lieu gives appointments, in its wall time. */
export interface AgendaRules {
  /** IANA name. */
  zone: string;
  prestations: readonly PrestationRule[];
  plages: readonly PlageRule[];
  fermetures: readonly Fermeture[];
  /** Whether the lieu is closed on that local day (days since 1970-01-01) for a public holiday. */
  isFerie: (day: number) => boolean;
}

/** An absence of a ressource or, where it is null, a closure of the lieu: local AAAA-MM-JJTHH:MM, end not included. */
export interface Fermeture {
  ressource_id: number | null;
  debut: string;
  /** null: until further notice. */
  fin: string | null;
}

/** What keeps a ressource busy: a séance with its tampon, or something of another agenda. */
export interface Occupation {
  ressource_id: number;
  debut: Date;
  fin: Date;
  seance: { prestation_id: number; debut: Date; fin: Date; places: number } | null;
}

/** A start that the rules give and that is free for one ressource. `occupation_fin` is `fin` and the tampon. */
export interface Slot {
  prestation_id: number;
  ressource_id: number;
  debut: Date;
  fin: Date;
  occupation_fin: Date;
  /** Seats left. */
  places: number;
}

export interface SlotWindow {
  occupations: readonly Occupation[];
  /** Starts from `from` (included) to `to` (not included). */
  from: Date;
  to: Date;
  now: Date;
}

/**
 * The free slots of an agenda, by start, then prestation, then ressource; one for each ressource that can give it.
 *
 * A slot starts a whole number of `pas` after the beginning of its plage on the wall clock, and ends within the plage.
 * A start that the wall clock skips is not offered; one that it shows twice is offered the first time. Durations are
 * real minutes. The tampon keeps apart two appointments of a ressource: it may run past the plage and into a closure.
 * An atelier that has a séance already is offered while it has seats. Throws RangeError on an unknown zone.
 */
export function listSlots(rules: AgendaRules, { occupations, from, to, now }: SlotWindow): Slot[] {
  const start = from.getTime();
  const end = to.getTime();
  if (!(start < end)) return [];
  const clock = zoneClock(rules.zone, start, end);
  const query = {
    clock,
    // A plage may run until two midnights after the day it is named by.
    firstDay: dayOfWall(wallOf(clock, start)) - 2,
    lastDay: dayOfWall(wallOf(clock, end)),
    isFerie: rules.isFerie,
  };
  const prestations = new Map(rules.prestations.map((prestation) => [prestation.id, prestation]));
  const agendas = new Map<number, RessourceAgenda>();
  const slots = new Map<string, Slot>();

  for (const plage of rules.plages) {
    const agenda =
      agendas.get(plage.ressource_id) ?? ressourceAgenda(plage.ressource_id, { rules, clock, occupations });
    agendas.set(plage.ressource_id, agenda);
    const occurrences = listOccurrences(plage, query);
    for (const id of new Set(plage.prestation_ids)) {
      const prestation = prestations.get(id);
      if (prestation === undefined) continue;
      const earliest = Math.max(start, now.getTime() + prestation.delai_min * MINUTE_MS);
      const latest = Math.min(end - 1, now.getTime() + prestation.delai_max * MINUTE_MS);
      for (const occurrence of occurrences) {
        for (const debut of listStarts(occurrence, { clock, prestation, earliest, latest })) {
          const slot = slotAt(debut, { prestation, agenda });
          if (slot !== undefined) slots.set(`${debut} ${id} ${plage.ressource_id}`, slot);
        }
      }
    }
  }
  return [...slots.values()].sort(
    (a, b) =>
      a.debut.getTime() - b.debut.getTime() || a.prestation_id - b.prestation_id || a.ressource_id - b.ressource_id,
  );
}

const MINUTE_MS = 60_000;

interface RessourceAgenda {
  ressource_id: number;
  isClosed: (span: Span) => boolean;
  isBusy: (span: Span) => boolean;
  seances: ReadonlyMap<string, NonNullable<Occupation['seance']> & { occupation_fin: Date }>;
}

function* listStarts(
  { to, wallFrom, wallTo }: Occurrence,
  {
    clock,
    prestation,
    earliest,
    latest,
  }: { clock: ZoneClock; prestation: PrestationRule; earliest: number; latest: number },
): Generator<number> {
  const step = prestation.pas * MINUTE_MS;
  for (let wall = wallFrom; wall < wallTo; wall += step) {
    const debut = instantOf(clock, wall);
    if (debut === undefined || debut < earliest) continue;
    if (debut > latest || debut + prestation.duree * MINUTE_MS > to) return;
    yield debut;
  }
}

function slotAt(
  start: number,
  { prestation, agenda }: { prestation: PrestationRule; agenda: RessourceAgenda },
): Slot | undefined {
  const end = start + prestation.duree * MINUTE_MS;
  const base = { prestation_id: prestation.id, ressource_id: agenda.ressource_id, debut: new Date(start) };
  if (agenda.isClosed({ from: start, to: end })) return undefined;
  const seance = agenda.seances.get(seanceKey(prestation.id, start));
  if (seance !== undefined) {
    const { fin, occupation_fin, places } = seance;
    return places > 0 ? { ...base, fin, occupation_fin, places } : undefined;
  }
  const busyUntil = end + prestation.tampon * MINUTE_MS;
  if (agenda.isBusy({ from: start, to: busyUntil })) return undefined;
  return { ...base, fin: new Date(end), occupation_fin: new Date(busyUntil), places: prestation.capacite };
}

function ressourceAgenda(
  ressourceId: number,
  { rules, clock, occupations }: { rules: AgendaRules; clock: ZoneClock; occupations: readonly Occupation[] },
): RessourceAgenda {
  const closed = rules.fermetures
    .filter((fermeture) => fermeture.ressource_id === null || fermeture.ressource_id === ressourceId)
    .map(({ debut, fin }) => ({
      from: instantAtOrAfter(clock, parseWallTime(debut)),
      to: fin === null ? Number.POSITIVE_INFINITY : instantAtOrAfter(clock, parseWallTime(fin)),
    }));
  const own = occupations.filter((occupation) => occupation.ressource_id === ressourceId);
  return {
    ressource_id: ressourceId,
    isClosed: overlapTest(closed),
    isBusy: overlapTest(own.map(({ debut, fin }) => ({ from: debut.getTime(), to: fin.getTime() }))),
    seances: new Map(
      own.flatMap(({ seance, fin }) =>
        seance === null
          ? []
          : [[seanceKey(seance.prestation_id, seance.debut.getTime()), { ...seance, occupation_fin: fin }] as const],
      ),
    ),
  };
}

function seanceKey(prestationId: number, start: number): string {
  return `${prestationId} ${start}`;
}

/** Whether a span meets one of `spans`, in log n: spans by their start, each with the latest end so far. */
function overlapTest(spans: readonly Span[]): (span: Span) => boolean {
  const sorted = spans.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from);
  let latest = Number.NEGATIVE_INFINITY;
  const ends = sorted.map(({ to }) => {
    latest = Math.max(latest, to);
    return latest;
  });
  return ({ from, to }) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle]?.from ?? Number.POSITIVE_INFINITY) < to) low = middle + 1;
      else high = middle;
    }
    return low > 0 && (ends[low - 1] ?? Number.NEGATIVE_INFINITY) > from;
  };
}
