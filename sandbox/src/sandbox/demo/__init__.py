"""`motcua demo`: the notice, followed word by word in a real browser, with a picture of every step.

Owns: the steps, what each must show, the report. Does not own: any page; a step that no longer finds what the notice
promises fails, leaves its picture and a non-zero end.
"""
