import { SectionNav } from './layout.tsx';

/** The two lists of the moderators' desk. */
export function RevisionNav({ current }: { current: 'modifications' | 'signalements' | null }) {
  return (
    <SectionNav
      title="Modération"
      links={[
        { label: 'Modifications à relire', to: '/moderation', current: current === 'modifications' },
        { label: 'Signalements', to: '/moderation/signalements', current: current === 'signalements' },
      ]}
    />
  );
}
