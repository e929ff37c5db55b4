import type { PlageRule } from '#app/domain/creneaux/rules.ts';
import type { AgendaRules, SlotWindow } from '#app/domain/creneaux/slots.ts';

/**
 * The slow, obvious model: it looks at every minute of the world, asks the platform's own calendar what the wall clock
 * shows, and keeps the minutes that each rule covers. No arithmetic on offsets, nothing shared with the real one.
 */
export function bruteForceSlots(rules: AgendaRules, { occupations, from, to, now }: SlotWindow): string[] {
  const first = Math.floor(from.getTime() / MINUTE) - 4 * 1440;
  const last = Math.ceil(to.getTime() / MINUTE) + 4 * 1440;
  const wall: string[] = [];
  for (let minute = first; minute <= last; minute++) wall.push(wallClock(rules.zone, minute));
  const firstAtOrAfter = (text: string): number => {
    const index = wall.findIndex((shown) => shown >= text);
    return index === -1 ? last + 1 : first + index;
  };
  const seen = new Set<string>();
  const isFirstShowing = wall.map((shown) => !seen.has(shown) && seen.add(shown));

  const closures = rules.fermetures.map((f) => ({
    ressource_id: f.ressource_id,
    begin: firstAtOrAfter(f.debut),
    end: f.fin === null ? Number.POSITIVE_INFINITY : firstAtOrAfter(f.fin),
  }));

  const found = new Set<string>();
  for (const plage of rules.plages) {
    for (const [jour, debut, fin] of datesOf(plage, rules, wall)) {
      const begin = firstAtOrAfter(plusMinutes(jour, debut));
      const end = firstAtOrAfter(plusMinutes(jour, fin));
      for (const prestation of rules.prestations.filter((p) => plage.prestation_ids.includes(p.id))) {
        const grid = new Set<string>();
        for (let m = debut; m < fin; m += prestation.pas) grid.add(plusMinutes(jour, m));
        for (let minute = begin; minute < end; minute++) {
          const at = minute * MINUTE;
          if (!isFirstShowing[minute - first] || !grid.has(wall[minute - first] ?? '')) continue;
          if (minute + prestation.duree > end || at < from.getTime() || at >= to.getTime()) continue;
          if (at - now.getTime() < prestation.delai_min * MINUTE) continue;
          if (at - now.getTime() > prestation.delai_max * MINUTE) continue;
          const closed = closures.some(
            (c) =>
              (c.ressource_id ?? plage.ressource_id) === plage.ressource_id &&
              anyMinute(minute, minute + prestation.duree, (m) => m >= c.begin && m < c.end),
          );
          if (closed) continue;
          const own = occupations.filter((o) => o.ressource_id === plage.ressource_id);
          const seance = own.find(
            (o) => o.seance?.prestation_id === prestation.id && o.seance.debut.getTime() === at,
          )?.seance;
          const busy = anyMinute(minute, minute + prestation.duree + prestation.tampon, (m) =>
            own.some((o) => m * MINUTE >= o.debut.getTime() && m * MINUTE < o.fin.getTime()),
          );
          const places = seance ? seance.places : busy ? 0 : prestation.capacite;
          if (places > 0) {
            found.add(`${new Date(at).toISOString()} ${prestation.id} ${plage.ressource_id} ${places}`);
          }
        }
      }
    }
  }
  return [...found].sort();
}

const MINUTE = 60_000;

function datesOf(plage: PlageRule, rules: AgendaRules, wall: readonly string[]): [string, number, number][] {
  const dates: [string, number, number][] = [];
  for (const jour of new Set(wall.map((shown) => shown.slice(0, 10)))) {
    const weekday = new Date(`${jour}T12:00:00Z`).getUTCDay() || 7;
    const inside = jour >= plage.valide_du && (plage.valide_au === null || jour <= plage.valide_au);
    const monday = (date: string) => {
      const day = new Date(`${date}T12:00:00Z`);
      while (day.getUTCDay() !== 1) day.setUTCDate(day.getUTCDate() - 1);
      return day.getTime();
    };
    const weeks = Math.round((monday(jour) - monday(plage.ancre)) / (7 * 86_400_000));
    const rhythm = Math.abs(weeks) % plage.toutes_les === 0;
    const removed = plage.exceptions.some((e) => e.retire === jour);
    if (
      inside &&
      rhythm &&
      plage.jours.includes(weekday) &&
      !removed &&
      !rules.isFerie(Date.parse(jour) / 86_400_000)
    ) {
      dates.push([jour, plage.debut, plage.fin]);
    }
    for (const e of plage.exceptions) {
      if (e.ajoute === jour && e.debut !== null && e.fin !== null) dates.push([jour, e.debut, e.fin]);
    }
  }
  return dates;
}

function anyMinute(from: number, to: number, test: (minute: number) => boolean): boolean {
  for (let minute = from; minute < to; minute++) if (test(minute)) return true;
  return false;
}

/** Minutes after midnight of a date, as the wall clock writes them. */
function plusMinutes(date: string, minutes: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + minutes * MINUTE).toISOString().slice(0, 16);
}

const walls = new Map<string, string>();
const formats = new Map<string, Intl.DateTimeFormat>();

function wallClock(zone: string, minute: number): string {
  const key = `${zone} ${minute}`;
  const known = walls.get(key);
  if (known !== undefined) return known;
  const format =
    formats.get(zone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  formats.set(zone, format);
  const shown = format.format(minute * MINUTE).replace(' ', 'T');
  walls.set(key, shown);
  return shown;
}
