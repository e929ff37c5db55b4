interface TerritoireSelectProps {
  id: string;
  /** `region:75`, `departement:33`. */
  territoires: readonly { territoire: string; nom: string }[];
  /** What stands for none of them. */
  aucun: { value: string; label: string };
  choisi: string;
}

/** One région or one département in a list. */
export function TerritoireSelect({ id, territoires, aucun, choisi }: TerritoireSelectProps) {
  const regions = territoires.filter(({ territoire }) => territoire.startsWith('region:'));
  const departements = territoires.filter(({ territoire }) => territoire.startsWith('departement:'));
  return (
    <select key={choisi} id={id} name="territoire" className="select" defaultValue={choisi}>
      <option value={aucun.value}>{aucun.label}</option>
      <optgroup label="Régions">
        {regions.map(({ territoire, nom }) => (
          <option key={territoire} value={territoire}>
            {nom}
          </option>
        ))}
      </optgroup>
      <optgroup label="Départements">
        {departements.map(({ territoire, nom }) => (
          <option key={territoire} value={territoire}>
            {territoire.split(':')[1]} {nom}
          </option>
        ))}
      </optgroup>
    </select>
  );
}
