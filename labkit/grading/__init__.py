"""The instructor's side: release workshops, grade them with nbgrader, prove their tests."""
