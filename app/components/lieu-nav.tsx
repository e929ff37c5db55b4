import { PERMANENCES_SECTION, SECTIONS, type SectionName } from '#app/domain/sections.ts';
import { espacePath } from '#app/http/fiche-path.ts';
import { SectionNav } from './layout.tsx';

/** The table of contents of a lieu in its space. */
export function LieuNav({
  lieuId,
  current,
  canBook,
  permanences,
}: {
  lieuId: string;
  current: SectionName | 'apercu' | 'rendez-vous';
  canBook: boolean;
  /** How many there are. */
  permanences: number;
}) {
  const base = espacePath(lieuId);
  const { name, title } = PERMANENCES_SECTION;
  const permanencesLink = {
    label: title,
    to: `${base}/${name}`,
    current: current === name,
    aside: <span className="section-nav-status">{permanences === 0 ? 'aucune' : permanences}</span>,
  };
  return (
    <SectionNav
      title="Votre fiche"
      links={[
        { label: 'Vue d’ensemble', to: base, current: current === 'apercu' },
        ...SECTIONS.flatMap(({ name, title }) => {
          const link = { label: title, to: `${base}/${name}`, current: current === name };
          // When help is there comes right after when the lieu is open.
          return name === 'horaires' ? [link, permanencesLink] : [link];
        }),
        ...(canBook ? [{ label: 'Rendez-vous', to: `${base}/rendez-vous`, current: current === 'rendez-vous' }] : []),
      ]}
    />
  );
}
