"""What may come in of a DICOM header, and how what names a person is changed on the way.

Septum keeps no DICOM data set: what is not in the table of `attributes` is skipped before it is parsed. The
actions follow the Basic Application Level Confidentiality Profile of PS3.15 Annex E with the options Retain
Patient Characteristics, Retain Longitudinal Temporal Information with Modified Dates, Clean Descriptors and,
of Retain Device Identity, the manufacturer alone.
"""
