/** Hours that are the same on several days: 1 is Monday; minutes since local midnight, `fin` over 1440 past midnight. */
export interface WeeklyHours {
  jours: number[];
  debut: number;
  fin: number;
}

/** An interval of a day, minutes since local midnight; `uncertain` ones ("sur rendez-vous") are marked 1. */
type Interval = readonly [start: number, end: number, uncertain?: 0 | 1, mention?: string];

/**
 * The hours of a week (Monday first) as plages to start from: the same range on several days is one. What is uncertain
 * counts too: where a lieu says « sur rendez-vous », that is when it gives them.
 */
export function weeklyHoursOf(week: readonly (readonly Interval[])[]): WeeklyHours[] {
  const hours = new Map<string, WeeklyHours>();
  week.forEach((intervals, day) => {
    for (const [debut, fin] of intervals) {
      if (!(debut >= 0 && debut < 1440 && debut < fin && fin - debut <= 1440)) continue;
      const known = hours.get(`${debut}-${fin}`);
      if (known === undefined) hours.set(`${debut}-${fin}`, { jours: [day + 1], debut, fin });
      else if (!known.jours.includes(day + 1)) known.jours.push(day + 1);
    }
  });
  return [...hours.values()].sort((a, b) => (a.jours[0] ?? 0) - (b.jours[0] ?? 0) || a.debut - b.debut);
}
