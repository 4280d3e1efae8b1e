"""A report in Word, in the usual form of an administrative document (Nghị định 30/2020/NĐ-CP, Phụ lục I)."""
