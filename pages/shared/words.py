"""The words that a newcomer meets, explained where they stand: the help of the widgets that show them."""

WORDS = {
    "patients": "Whose hearts they are. A patient is in one split for good.",
    "series": "What one scan gave: the slices of one patient on one grid, at one or many phases of the beat.",
    "slices": "One picture of a series, at one position between base and apex and one phase of the beat.",
    "split": "What a patient serves: train and validation patients are learnt from, test patients never. "
    "Demo hearts serve nothing but to try things on.",
    "import": "Bring images in, with masks where there are some.",
    "predict": "The active model draws a mask on each slice that has none.",
    "review": "Correct the masks and approve them, heart by heart.",
    "train": "A model learns from what was approved; what comes out is a candidate.",
    "promote": "Set the candidate beside the active model on the hold-out, the patients that no model learns "
    "from, and let the better one predict.",
    "dice": "Dice: how much two masks overlap, from 0 (nowhere) to 1 (everywhere). RV is the right "
    "ventricle, Myo the myocardium, LV the left ventricle.",
    "standing": "The active model predicts. A candidate never has; the hold-out says whether it is better.",
    "training slices": "Approved slices of training patients, references among them. The demo's are not.",
    "active model": "The one that predicts. Trainings make candidates; a person promotes one.",
}
