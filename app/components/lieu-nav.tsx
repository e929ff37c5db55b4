import { SECTIONS, type SectionName } from '#app/domain/sections.ts';
import { espacePath } from '#app/http/fiche-path.ts';
import { SectionNav } from './layout.tsx';

/** The table of contents of a lieu in its space. */
export function LieuNav({
  lieuId,
  current,
  canBook,
}: {
  lieuId: string;
  current: SectionName | 'apercu' | 'rendez-vous';
  canBook: boolean;
}) {
  const base = espacePath(lieuId);
  return (
    <SectionNav
      title="Votre fiche"
      links={[
        { label: 'Vue d’ensemble', to: base, current: current === 'apercu' },
        ...SECTIONS.map(({ name, title }) => ({ label: title, to: `${base}/${name}`, current: current === name })),
        ...(canBook ? [{ label: 'Rendez-vous', to: `${base}/rendez-vous`, current: current === 'rendez-vous' }] : []),
      ]}
    />
  );
}
